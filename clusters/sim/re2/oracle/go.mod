module carmine.dev/re2-oracle

go 1.24
