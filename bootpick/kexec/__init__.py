"""Loading a kernel and handing over to it: first a plan, then what is done."""
