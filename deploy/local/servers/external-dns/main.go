// ExternalDNS: a peer for tests and benchmarks, never started by `npm start`.
package main

import "sigs.k8s.io/external-dns/controller"

func main() {
	controller.Execute()
}
