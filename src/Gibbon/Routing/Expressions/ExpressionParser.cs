using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Routing.Expressions;

/// <summary>
/// Reads the router's expression language. "||" binds tighter than "&amp;&amp;" and '!' stands only before parentheses: that is
/// Kong's language. A message names the rules that were possible at the furthest place reached, as Kong's parser does.
/// </summary>
internal sealed class ExpressionParser
{
    private readonly string _source;
    private readonly SyntaxTrace _trace = new();
    private readonly LiteralReader _literals;
    private int _at;
    private int _depth;
    private string? _fault;

    private ExpressionParser(string source)
    {
        _source = source;
        _literals = new LiteralReader(source, _trace);
    }

    /// <summary>The tree, or null and the message that the Admin API shows.</summary>
    public static Expression? Parse(string source, out string? error)
    {
        ExpressionParser parser = new(source);
        parser.SkipSpace();
        bool read = parser.Conjunction(out Expression? expression);
        if (parser._fault is not null)
        {
            error = parser._fault;
            return null;
        }

        if (read)
        {
            parser.SkipSpace();
            if (parser._at == source.Length)
            {
                error = null;
                return expression;
            }

            parser._trace.Missed(SyntaxRule.EndOfInput, parser._at);
        }

        error = SyntaxError.At(source, parser._trace.Furthest, parser._trace.Expected());
        return null;
    }

    // One loop reads term (op term)*; "||" is folded as it comes and "&&" collects the folds.
    private bool Conjunction([NotNullWhen(true)] out Expression? expression)
    {
        expression = null;
        int start = _at;
        int mark = _trace.Enter(start);
        if (_depth > 200)
        {
            _fault ??= SyntaxError.At(_source, _at, "expression nested too deep");
        }

        if (_fault is not null || !Term(out Expression? disjunction))
        {
            _trace.Failed(SyntaxRule.Expression, start, mark);
            return false;
        }

        while (true)
        {
            int before = _at;
            SkipSpace();
            bool and = Operator("&&", SyntaxRule.And);
            bool or = !and && Operator("||", SyntaxRule.Or);
            if (!and && !or)
            {
                _at = before;
                break;
            }

            SkipSpace();
            if (!Term(out Expression? next))
            {
                _at = before;
                break;
            }

            if (or)
            {
                disjunction = new OrExpression(disjunction, next);
            }
            else
            {
                expression = expression is null ? disjunction : new AndExpression(expression, disjunction);
                disjunction = next;
            }
        }

        expression = expression is null ? disjunction : new AndExpression(expression, disjunction);
        return _fault is null;
    }

    private bool Term([NotNullWhen(true)] out Expression? term)
    {
        int start = _at;
        int mark = _trace.Enter(start);
        if (ReadPredicate(out term) || (_fault is null && Parenthesised(out term)))
        {
            return true;
        }

        _trace.Failed(SyntaxRule.Term, start, mark);
        return false;
    }

    private bool Parenthesised([NotNullWhen(true)] out Expression? term)
    {
        int start = _at;
        int mark = _trace.Enter(start);
        bool negated = Operator("!", SyntaxRule.Not);
        SkipSpace();
        if (Take('('))
        {
            _depth++;
            SkipSpace();
            if (Conjunction(out Expression? inner))
            {
                _depth--;
                SkipSpace();
                if (Take(')'))
                {
                    term = negated ? new NotExpression(inner) : inner;
                    return true;
                }
            }
        }

        term = null;
        _at = start;
        _trace.Failed(SyntaxRule.ParenthesisedExpression, start, mark);
        return false;
    }

    private bool ReadPredicate([NotNullWhen(true)] out Expression? predicate)
    {
        predicate = null;
        int start = _at;
        int mark = _trace.Enter(start);
        if (Left(out Side left))
        {
            SkipSpace();
            if (BinaryOperator(out Operator @operator))
            {
                SkipSpace();
                if (_literals.Read(ref _at, @operator, ref _fault) is { } literal)
                {
                    predicate = new Predicate(left.Field, left.Lower, left.Any, @operator, literal);
                    return true;
                }
            }
        }

        _at = start;
        _trace.Failed(SyntaxRule.Predicate, start, mark);
        return false;
    }

    private bool Left(out Side side)
    {
        int start = _at;
        int mark = _trace.Enter(start);
        if (Transformation(out side))
        {
            return true;
        }

        if (_fault is null && Identifier() is { } field)
        {
            side = new Side(field, false, false);
            return true;
        }

        _trace.Failed(SyntaxRule.Left, start, mark);
        return false;
    }

    private bool Transformation(out Side side)
    {
        int start = _at;
        int mark = _trace.Enter(start);
        if (Identifier() is { } function)
        {
            SkipSpace();
            if (Take('('))
            {
                SkipSpace();
                if (Left(out side))
                {
                    SkipSpace();
                    if (Take(')'))
                    {
                        _fault ??= function is "lower" or "any" ? null
                            : SyntaxError.Over(_source, start, _at, $"unknown transformation function: {function}");
                        side = new Side(side.Field, side.Lower || function == "lower", side.Any || function == "any");
                        return _fault is null;
                    }
                }
            }
        }

        side = default;
        _at = start;
        _trace.Failed(SyntaxRule.TransformFunction, start, mark);
        return false;
    }

    private string? Identifier()
    {
        int start = _at;
        if (_at < _source.Length && char.IsAsciiLetter(_source[_at]))
        {
            do
            {
                _at++;
            }
            while (_at < _source.Length && (char.IsAsciiLetterOrDigit(_source[_at]) || _source[_at] is '_' or '.'));
            return _source[start.._at];
        }

        _trace.Missed(SyntaxRule.Identifier, start);
        return null;
    }

    private bool BinaryOperator(out Operator @operator)
    {
        ReadOnlySpan<char> rest = _source.AsSpan(_at);
        foreach ((string text, Operator known) in Operators.All)
        {
            if (rest.StartsWith(text))
            {
                _at += text.Length;
                @operator = known;
                return true;
            }
        }

        if (rest.StartsWith("not"))
        {
            int start = _at;
            _at += 3;
            SkipSpace();
            if (_source.AsSpan(_at).StartsWith("in"))
            {
                _at += 2;
                @operator = Expressions.Operator.NotIn;
                return true;
            }

            _at = start;
        }

        @operator = default;
        _trace.Missed(SyntaxRule.BinaryOperator, _at);
        return false;
    }

    private bool Operator(string text, SyntaxRule rule)
    {
        if (_source.AsSpan(_at).StartsWith(text))
        {
            _at += text.Length;
            return true;
        }

        _trace.Missed(rule, _at);
        return false;
    }

    private bool Take(char expected)
    {
        bool there = _at < _source.Length && _source[_at] == expected;
        _at += there ? 1 : 0;
        return there;
    }

    private void SkipSpace()
    {
        while (_at < _source.Length && _source[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
    }

    private readonly record struct Side(string Field, bool Lower, bool Any);
}
