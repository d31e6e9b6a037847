// Records what Go's regexp, which Prometheus and Argo Rollouts use, says of every pattern in cases.json on each of its texts:
//
//	cd clusters/sim/re2/oracle && go run . <cases.json >../fixtures/answers.json
//
// Each pattern has either the error or two strings with a 1 for each text that it matches and a 0 for each other: anywhere,
// and as a whole as Prometheus 3 matches labels.
package main

import (
	"encoding/json"
	"os"
	"regexp"
	"regexp/syntax"
)

type cases struct {
	Patterns []string `json:"patterns"`
	Texts    []string `json:"texts"`
}

type answer struct {
	Pattern  string `json:"pattern"`
	Error    string `json:"error,omitempty"`
	Anywhere string `json:"anywhere,omitempty"`
	Whole    string `json:"whole,omitempty"`
}

func main() {
	var in cases
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for _, pattern := range in.Patterns {
		recorded := answer{Pattern: pattern}
		if anywhere, err := regexp.Compile(pattern); err != nil {
			recorded.Error = err.Error()
		} else {
			// As model/labels/regexp.go does: a pattern that quotes to its end would swallow the rest.
			parsed, _ := syntax.Parse(pattern, syntax.Perl|syntax.DotNL)
			whole := regexp.MustCompile("^(?s:" + parsed.String() + ")$")
			for _, text := range in.Texts {
				recorded.Anywhere += digit(anywhere.MatchString(text))
				recorded.Whole += digit(whole.MatchString(text))
			}
		}
		if err := out.Encode(recorded); err != nil {
			panic(err)
		}
	}
}

func digit(matches bool) string {
	if matches {
		return "1"
	}
	return "0"
}
