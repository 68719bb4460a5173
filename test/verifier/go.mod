module github.com/sallyport/sallyport/test/verifier

go 1.22
