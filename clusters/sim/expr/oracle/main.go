// Records what antonmedv/expr v1.15.5 says of every condition in conditions.txt, in the environment that Argo Rollouts
// v1.9.1 builds for it (utils/evaluate/evaluate.go):
//
//	cd clusters/sim/expr/oracle && go run . <conditions.txt >../fixtures/outcomes.json
//
// Each outcome is "true", "false" or the error; each answer that gives it is listed by its index. With -all the outcome
// of a condition that is no bool is its printed value and type, and conditions are read as they come, for fuzzing.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/antonmedv/expr"
	"github.com/antonmedv/expr/file"
)

type recording struct {
	Source   string           `json:"source"`
	Outcomes map[string][]int `json:"outcomes"`
}

var (
	nan  = math.NaN()
	inf  = math.Inf(1)
	minf = math.Inf(-1)
)

// The answers every condition is put to; the test knows them by index.
var answers = []any{
	[]float64{},
	[]float64{0.99},
	[]float64{0.5},
	[]float64{0},
	[]float64{nan},
	[]float64{inf},
	[]float64{minf},
	[]float64{3, 1, 2},
	[]float64{0.95, nan, 2},
	0.97,
	0.0,
	5.0,
	-1.5,
	nan,
	inf,
	nil,
}

func main() {
	all := len(os.Args) > 1 && os.Args[1] == "-all"
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for separator := "["; in.Scan(); {
		line := in.Text()
		if line == "" || strings.HasPrefix(line, "## ") {
			continue
		}
		rec := recording{Source: strings.ReplaceAll(line, "␤", "\n"), Outcomes: map[string][]int{}}
		for i, answer := range answers {
			key := outcome(answer, rec.Source, all)
			rec.Outcomes[key] = append(rec.Outcomes[key], i)
		}
		fmt.Fprint(out, separator)
		if err := lines.Encode(rec); err != nil {
			panic(err)
		}
		separator = ","
	}
	fmt.Fprint(out, "]\n")
}

func outcome(result any, condition string, all bool) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprintf("panic: %v", r)
		}
	}()
	env := map[string]any{
		"result":  result,
		"asInt":   asInt,
		"asFloat": asFloat,
		"isNaN":   math.IsNaN,
		"isInf":   func(f float64) bool { return math.IsInf(f, 0) },
		"isNil":   func(any) bool { return result == nil },
		"default": func(_ any, other any) any {
			if result == nil {
				return other
			}
			return result
		},
	}
	program, err := expr.Compile(condition, expr.Env(env))
	if err != nil {
		return message(err)
	}
	value, err := expr.Run(program, env)
	if err != nil {
		return message(err)
	}
	if b, ok := value.(bool); ok {
		return strconv.FormatBool(b)
	}
	if all {
		return fmt.Sprintf("%T %v", value, value)
	}
	return fmt.Sprintf("expected bool, but got %T", value)
}

// The message alone, without position and excerpt, as Argo takes it.
func message(err error) string {
	var located *file.Error
	if errors.As(err, &located) {
		return located.Message
	}
	return err.Error()
}

func number(name string, in any) reflect.Value {
	value := reflect.ValueOf(in)
	if value.IsValid() && (value.CanInt() || value.CanUint() || value.CanFloat()) {
		return value
	}
	panic(fmt.Sprintf("%s() not supported on %v %v", name, reflect.TypeOf(in), in))
}

func asInt(in any) int64 {
	if text, ok := in.(string); ok {
		parsed, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			panic(err)
		}
		return parsed
	}
	return number("asInt", in).Convert(reflect.TypeOf(int64(0))).Int()
}

func asFloat(in any) float64 {
	if text, ok := in.(string); ok {
		parsed, err := strconv.ParseFloat(text, 64)
		if err != nil {
			panic(err)
		}
		return parsed
	}
	return number("asFloat", in).Convert(reflect.TypeOf(float64(0))).Float()
}
