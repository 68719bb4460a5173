// What holds the namespaces of a pod; a program of our own, because the published one comes in an image only.
module sallyport.dev/test/cluster/tools/pause

go 1.26.0

toolchain go1.26.8
