"""Pieces that random scripts are put together from."""

_SIGNS = (
    ("\n", ""),
    ("␤", "\n"),
    ("␉", "\t"),
    ("␍", "\r"),
    ("␀", "\0"),
    ("␟", "\x1f"),
    ("␡", "\x7f"),
    ("␂", "\udcff"),
)


def pieces(text: str) -> tuple[str, ...]:
    """Split *text* at each ``¦``; a sign stands for a line end, a tab, a byte that is not UTF-8."""
    for sign, character in _SIGNS:
        text = text.replace(sign, character)
    return tuple(text.split("¦")[:-1])


BROKEN = pieces(
    r"""
function echo { true; }¦function args { echo mine $1; }¦function test { true; }¦a={ x; }¦a={x}¦
set b={ echo y; }¦a=b{c}¦a=${b}{ x }¦function set { echo s; }¦function in { true; }¦fi¦}¦{¦then¦
do¦done¦else¦elif true¦esac¦in¦select x¦until¦echo a &¦echo a | echo b¦echo a || echo b¦
echo a && echo b¦echo a > b¦< a¦if true; then; fi¦if; then echo a; fi¦if true then echo a; fi¦
if true; echo a; fi¦echo $¦echo "$ x"¦echo $'x'¦echo $(x)¦echo ${}¦echo ${x¦echo ${x:-y}¦
; echo a¦;¦;;¦echo a;; echo b¦echo a; ; echo b¦& echo a¦echo a;␤;¦for x; do echo; done¦
for x in a; do; done¦for x in a do echo; done¦for¦for x¦for 1 in a; do echo; done¦
for 'x' in a; do echo; done¦for if in a; do echo; done¦for x in a b␤do echo $x␤done¦
for x in; do echo x; done¦for x␤in a; do echo; done¦function f { }¦function f { echo a }¦
function f¦function¦function if { true; }¦function 'f' { true; }¦function f␤␤{␤true␤}¦
function f ( ) { true; }¦function f { true; } echo x¦function f0 { echo late; }; echo x; fi¦
function f-x { true; }¦function f { function g { true; } ; }¦f ( ) { true; }¦
echo x; function f0 { echo n; }¦case x¦[[ a ]]¦[[¦]]¦echo [[ a ]]¦{ echo a; }¦{ }¦echo { }¦
echo {}¦while do¦while false; do done¦until true; do; done¦while false do echo; done¦echo {a} b¦
echo a { echo b } c¦echo a { echo b }{ echo c }¦echo { echo a¦a {␤}¦
if true; then echo a; else; fi¦if true; then echo a; elif; then echo; fi¦if true; fi¦
if true; then echo a; fi echo b¦if true; then echo a; fi; fi¦! if true; then echo; fi¦
echo { fi }¦echo { if true; then echo a; fi }¦if echo { true }; then echo a; fi¦
if true; then echo a }¦for x in a; do echo { done¦echo 'a' }¦! { a }¦a=1;b=2¦a = 1¦
echo a;echo b;¦echo a ; ; ¦'echo' 'a'¦\echo a¦e\␤cho a¦\␤echo a¦\␤if true; then echo a; fi¦
if\␤ true; then echo b; fi¦fi\␤¦if true; \␤then echo a; fi¦if true; then \␤fi¦echo a;\␤fi¦
then\␤x¦el\␤se¦#c¦ #c¦echo #c¦echo a;#c¦echo a; #c␤fi¦{#c¦echo {#c␤}¦echo a#c¦#'¦ # 'a¦
echo a # "b¦echo a # \¦if true #c␤then #c␤echo a #c␤fi #c¦\#c¦''#c¦
"""
)
UNTERMINATED = pieces(
    r"""
echo 'open¦echo "open¦echo $"open¦if true; then¦for x in a b; do¦while true; do¦echo {¦
function f0 {¦function f0¦echo a\¦\¦echo 'a␤#b¦if¦if true¦echo {'¦
if true; then echo { for x in a¦function f0 { echo 'x¦echo ${¦echo $¦echo "$¦'¦"¦
if true; then␤echo a␤¦echo {␤echo a␤¦function f1 {␤echo a␤¦while false; do¦
"""
)
ALONE = pieces(
    r"""
halt¦if [ -n "$3" ]; then halt; fi¦echo $?; set¦set a=b{c}¦set b={ x }; echo $b¦echo a{b}c¦
echo {$a}¦echo $a{ b }¦$a $b¦"$a $b"¦'echo a' b¦ec"ho" $a¦$c=5¦"$c=$a"¦[ "$a" ]¦
if $a; then echo t; fi¦eval $a$b¦eval "$a" "$b"¦source /d/s*.cfg¦source "/d/$a.cfg"¦
cat /b*; echo $?¦for x in $@ "$@" $* "$*" $#; do args $x; done¦echo $a$b$c ${a}${b}¦args "$@" x¦
args x"$@"y¦args $@$@¦args "$@$@"¦args $*$1¦args "$1"$2¦args $1$2$3¦args ''$1''¦
for a in "$a" $b; do for b in $a; do args $b; done; done¦set a="$b$a"; set c=$a$b¦echo $?¦
nosuch x; echo $?¦unset a¦export b¦false; echo $?¦! false; echo $?¦! nosuch; echo $?¦! true¦
! ! true; echo $?¦!; echo $?¦! a=1; echo $? $a¦!true¦! args x¦! return¦! break¦! echo x¦$a x¦
"$b"¦$none¦$none echo a¦$@¦"$@"¦''¦'' x¦echo -n x¦set novalue; echo $?¦set; echo $?¦set¦set =¦
set =x; echo $?¦set '?'=5; echo $?¦set 1=x; echo $1¦set '#'=x¦set @=x; echo $?¦1=x; echo $?¦@=x¦
'?'=7; echo $?¦set root=(hd0); echo $root¦set root='(hd0'; echo $root¦root=(hd0)¦
set a=1 b=2; echo $a $b¦set a = 1¦a=1 b=2; echo $a$b¦a=x echo y¦set 'a b'=c¦=x¦unset; echo $?¦
unset a b; echo $a$b¦unset '?'; echo $?¦unset 1; echo $?¦unset none¦export; echo $?¦
export none; echo $?¦export a b c¦export a=5; echo $?¦export '?'¦true; false¦true a b¦false a¦
test¦[¦[ ]¦test ]¦cat /d/a¦cat; echo $?¦cat /nosuch; echo $?¦cat /d/a /d/a; echo $?¦
cat /d; echo $?¦cat /d/zero¦cat /d/cr¦search --file --set=found /d/a; echo $found $?¦
search -f /nosuch; echo $?¦search; echo $?¦search -f /d/a¦search.file /d/a found; echo $found¦
search --set; echo $?¦search a; echo $?¦search --set=found --file¦
search -sfound -f /d/a; echo $found¦search.file; echo $?¦load_env -f /nosuch; echo $?¦
load_env -f /d/a; echo $?¦load_env -x; echo $?¦list_env -f¦shift¦shift 0¦shift 2¦
shift 99; echo $?¦shift x; echo $?¦shift 1 2; echo $?¦shift ''; echo $?¦shift -1; echo $?¦
shift 1x; echo $?¦setparams; echo $#¦shift 0x1¦setparams p 'q r'; echo $# $2¦
setparams "$@" z; echo $#¦setparams $*; echo $#; shift¦return¦return 0¦return 3¦return 1¦
return x; echo $?¦return -1; echo $?¦return 1 2¦return ''; echo $?¦return 300¦return 4294967297¦
return 99999999999999999999; echo $?¦break¦continue¦break 2¦continue 2¦break 9¦continue 9¦
break 0; echo $?¦break 1¦break x; echo $?¦break 1 2; echo $?¦continue ''; echo $?¦
break -1; echo $?¦break 1x¦continue 0; echo $?¦break 99999999999999999999; echo $?¦break 010¦
break 0x1; echo $?¦source /d/s.cfg¦source /nosuch; echo $?¦source; echo $?¦
source /d/s.cfg x; echo $?¦. /d/s.cfg¦source /d; echo $?¦configfile /nosuch; echo $?¦
configfile; echo $?¦source ''¦eval; echo $?¦eval ''; echo $?¦eval ' '; echo $?¦
eval '#'; echo $?¦eval ';'; echo $?¦eval false; echo $?¦eval 'false␤'; echo $?¦
eval '␤false'; echo $?¦eval fi; echo $?¦eval 'echo a␤fi␤echo b'; echo $?¦
eval "echo 'x"; echo $?¦eval 'echo a\'; echo $?¦eval 'if true; then'; echo $?¦
eval 'echo {'; echo $?¦eval 'function g0 { echo ev; }'; g0¦eval '# c␤echo d'¦
eval 'echo a␤#b␤echo c'¦eval "echo 'a␤#b␤c'"¦eval eval eval echo x¦eval '\'; echo $?¦
eval 'a=1␤echo $a␤␤'¦eval "echo \"a␤b\""¦eval 'echo a \␤b'¦echo a \␤  b\␤c¦echo {␤echo a␤}¦
args { echo a; }¦args x { echo 'a b' } ¦eval { a }¦args {␤#k␤# 'k␤echo a # c␤}¦
args { echo { echo b }; }¦eval "echo $1"¦eval "$1"¦true { a }¦menuentry x { echo x }¦menuentry¦
menuentry x; echo $?¦submenu y { echo x }¦nosuch { a }¦insmod x; echo $?¦
if true; then true; fi; echo $?¦if false; then true; fi; echo $?¦clear¦
for x in ; do echo; done; echo $?¦while false; do echo; done; echo $?¦until true; do echo; done¦
false; for x in a; do true; done; echo $?¦false; if false; then :; fi; echo $?¦:; echo $?¦
while break; do echo; done; echo $?¦until break; do echo; done¦if return; then echo a; fi¦
[ $? = 0 ]; echo $?¦false; [ $? -eq 1 ]; echo $?¦false; echo $? $?; echo $?¦false $?¦
"""
)
TOKENS = pieces(
    r"""
if¦then¦elif¦else¦fi¦for x in a b¦do¦done¦while false¦until true¦function f0¦function¦{¦}¦{¦}¦;¦
;¦␤¦␤¦␤¦; ¦&¦|¦<¦>¦[[¦]]¦case¦esac¦select¦in¦echo a¦echo b¦echo¦true¦false¦f1¦'¦"¦\␤¦\¦#¦␤#¦$a¦
$¦${¦a=1¦set b=2¦!¦[ a = a ]¦'x'¦"y"¦break¦return¦eval 'fi'¦args p q¦␉¦ ¦''¦x{¦}y¦''fi¦fi''¦;;¦
"""
)
SPECIAL = pieces(
    r"""
␀¦␟¦␂¦{¦}¦;¦␤¦ ¦'¦"¦\¦$¦#¦|¦&¦<¦>¦=¦!¦*¦?¦(¦)¦ fi ¦ then ¦ do ¦ done ¦ if ¦;;¦[[¦␍¦␉¦\␤¦␤#¦$a¦
 { ¦ } ¦; }¦␤}␤¦@¦~¦$1¦''¦""¦$"¦${¦-¦1¦é¦ else ¦
"""
)
