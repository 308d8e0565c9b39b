using System.Buffers;
using System.Text;
using Gibbon.Routing.Expressions;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Conditions;

/// <summary>
/// Any text field, any operator, lower-cased or not. A field without a value satisfies nothing, not even "!="; of several
/// values all must satisfy, or one where any() is asked for.
/// </summary>
internal sealed class TextCompares(Field field, Predicate predicate) : Condition
{
    private readonly byte[] _text = predicate.Literal is TextLiteral literal ? literal.Utf8 : [];
    private readonly RouteRegex? _regex = (predicate.Literal as RegexLiteral)?.Regex;

    public override bool Holds(ref Evaluation evaluation) => field.Kind switch
    {
        FieldKind.Header or FieldKind.Query => evaluation.Fields is { } fields && HoldsForValues(ref evaluation, fields),
        FieldKind.Path => Compare(ref evaluation, evaluation.Path),
        FieldKind.Host => !evaluation.Host.IsEmpty && Compare(ref evaluation, evaluation.Host),
        FieldKind.Method => !evaluation.Method.IsEmpty && Compare(ref evaluation, evaluation.Method),
        FieldKind.Sni => !evaluation.Sni.IsEmpty && Compare(ref evaluation, evaluation.Sni),
        FieldKind.Protocol => Compare(ref evaluation, evaluation.Protocol.Text()),
        _ => PathSegments.TryGet(evaluation.Path, field.First, field.Last, out ReadOnlySpan<byte> value) && Compare(ref evaluation, value),
    };

    public override string ToString() => predicate.ToString();

    private bool HoldsForValues(ref Evaluation evaluation, RequestFields fields)
    {
        bool seen = false;
        int cursor = 0;
        while (field.Kind == FieldKind.Header
            ? fields.TryNextHeader(field.Name, ref cursor, out ReadOnlySpan<byte> value)
            : fields.TryNextQuery(field.Name, ref cursor, out value))
        {
            seen = true;
            if (Compare(ref evaluation, value) == predicate.Any)
            {
                return predicate.Any;
            }
        }

        return seen && !predicate.Any;
    }

    private bool Compare(ref Evaluation evaluation, scoped ReadOnlySpan<byte> value)
    {
        if (_regex is not null)
        {
            return CompareRegex(ref evaluation, value);
        }

        bool holds = predicate.Lower ? CompareLower(value) : CompareText(value);
        if (holds && predicate.Operator is Operator.Equals or Operator.Prefix or Operator.Postfix)
        {
            Record(ref evaluation);
        }

        return holds;
    }

    private void Record(ref Evaluation evaluation)
    {
        if (field.Kind == FieldKind.Path)
        {
            evaluation.Matched(_text);
        }
        else if (field.Kind == FieldKind.Host)
        {
            evaluation.HostMatch = _text;
        }
    }

    private bool CompareText(ReadOnlySpan<byte> value) => predicate.Operator switch
    {
        Operator.Equals => value.SequenceEqual(_text),
        Operator.NotEquals => !value.SequenceEqual(_text),
        Operator.Prefix => value.StartsWith(_text),
        Operator.Postfix => value.EndsWith(_text),
        _ => value.IndexOf(_text) >= 0,
    };

    private bool CompareLower(ReadOnlySpan<byte> value)
    {
        Span<byte> lower = stackalloc byte[256];
        if (value.Length <= lower.Length && Ascii.ToLower(value, lower, out int written) == OperationStatus.Done)
        {
            return CompareText(lower[..written]);
        }

        // Beyond ASCII, or very long: rare enough to pay for a string.
        return CompareText(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(value).ToLowerInvariant()));
    }

    private bool CompareRegex(ref Evaluation evaluation, scoped ReadOnlySpan<byte> value)
    {
        if (field.Kind == FieldKind.Path && !predicate.Lower)
        {
            if (!_regex!.TryMatch(evaluation.PathText(), out int start, out int length))
            {
                return false;
            }

            evaluation.Matched(_regex, start, length);
            return true;
        }

        char[]? rented = null;
        Span<char> text = value.Length <= 256 ? stackalloc char[256] : (rented = ArrayPool<char>.Shared.Rent(value.Length));
        text = text[..Encoding.UTF8.GetChars(value, text)];
        if (predicate.Lower)
        {
            Lower(text);
        }

        bool found = _regex!.TryMatch(text, out int from, out int count);
        if (found && field.Kind == FieldKind.Path)
        {
            evaluation.Matched(_regex, from, count);
        }

        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return found;
    }

    private static void Lower(Span<char> text)
    {
        foreach (ref char c in text)
        {
            c = char.ToLowerInvariant(c);
        }
    }
}
