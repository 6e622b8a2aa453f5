"""What several tests share: machines made of folders, and the judges."""
