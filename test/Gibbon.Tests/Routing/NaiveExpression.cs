using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gibbon.Routing;
using Gibbon.Routing.Expressions;

namespace Gibbon.Tests.Routing;

/// <summary>Evaluates expressions by walking the tree and collecting a field's values as strings.</summary>
internal static class NaiveExpression
{
    public static bool Matches(string text, RequestSample sample, ref int matched)
    {
        Expression expression = ExpressionParser.Parse(text, out string? error) ?? throw new ArgumentException(error, nameof(text));
        return Holds(expression, sample, ref matched);
    }

    private static bool Holds(Expression expression, RequestSample sample, ref int matched) => expression switch
    {
        AndExpression and => Holds(and.Left, sample, ref matched) && Holds(and.Right, sample, ref matched),
        OrExpression or => Holds(or.Left, sample, ref matched) || Holds(or.Right, sample, ref matched),
        NotExpression not => !Holds(not.Inner, sample, ref matched),
        _ => Holds((Predicate)expression, sample, ref matched),
    };

    private static bool Holds(Predicate predicate, RequestSample sample, ref int matched)
    {
        object[] values = [.. Values(predicate.Field, sample)];
        int last = matched;
        bool One(object value)
        {
            if (value is string text && predicate.Literal is TextLiteral or RegexLiteral)
            {
                text = predicate.Lower ? ((string)value).ToLowerInvariant() : (string)value;
                (bool holds, string? taken) = Compare(predicate, text);
                last = holds && taken is not null && predicate.Field == "http.path" ? Encoding.UTF8.GetByteCount(taken) : last;
                return holds;
            }

            return (value, predicate.Literal) switch
            {
                (long number, NumberLiteral literal) => predicate.Operator switch
                {
                    Operator.Equals => number == literal.Number,
                    Operator.NotEquals => number != literal.Number,
                    Operator.Greater => number > literal.Number,
                    Operator.GreaterOrEqual => number >= literal.Number,
                    Operator.Less => number < literal.Number,
                    _ => number <= literal.Number,
                },
                (IPAddress address, AddressLiteral literal) => (literal.Address.ToString() == address.ToString()) == (predicate.Operator == Operator.Equals),
                (IPAddress address, RangeLiteral literal) => IPNetwork.Parse(literal.Range.ToString()).Contains(address) == (predicate.Operator == Operator.In),
                _ => throw new InvalidOperationException(),
            };
        }

        bool result = values.Length > 0 && (predicate.Any ? values.Any(One) : values.All(One));
        matched = last;
        return result;
    }

    private static (bool Holds, string? Taken) Compare(Predicate predicate, string text)
    {
        string literal = (predicate.Literal as TextLiteral)?.Text ?? "";
        if (predicate.Literal is RegexLiteral regex)
        {
            Match match = Regex.Match(text, regex.Regex.Pattern);
            return (match.Success, match.Value);
        }

        return predicate.Operator switch
        {
            Operator.Equals => (text == literal, literal),
            Operator.NotEquals => (text != literal, null),
            Operator.Prefix => (text.StartsWith(literal, StringComparison.Ordinal), literal),
            Operator.Postfix => (text.EndsWith(literal, StringComparison.Ordinal), literal),
            _ => (text.Contains(literal, StringComparison.Ordinal), null),
        };
    }

    private static IEnumerable<object> Values(string field, RequestSample sample)
    {
        string[] host = sample.Host.Split(':');
        string path = Encoding.UTF8.GetString(sample.Path);
        string[] segments = path[1..].TrimEnd('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (field.StartsWith("http.headers.", StringComparison.Ordinal))
        {
            return sample.Headers.Where(header => header.Name.Replace('-', '_').Equals(field[13..], StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);
        }

        if (field.StartsWith("http.queries.", StringComparison.Ordinal))
        {
            string query = sample.Target.Contains('?') ? sample.Target[(sample.Target.IndexOf('?') + 1)..] : "";
            return query.Split('&').Select(pair => pair.Split('=')).Where(pair => pair[0] == field[13..]).Select(pair => pair.Length > 1 ? pair[1] : "");
        }

        if (field.StartsWith("http.path.segments.", StringComparison.Ordinal) && field != "http.path.segments.len")
        {
            int[] range = [.. field[19..].Split('_').Select(int.Parse)];
            return range[^1] < segments.Length ? [string.Join('/', segments[range[0]..(range[^1] + 1)])] : [];
        }

        return field switch
        {
            "http.path" => [path],
            "http.host" => host[0].Length > 0 ? [host[0]] : [],
            "http.method" => [sample.Method],
            "http.path.segments.len" => [(long)segments.Length],
            "net.protocol" => [sample.Protocol.ToString().ToLowerInvariant()],
            "tls.sni" => sample.Sni.Length > 0 ? [sample.Sni] : [],
            "net.src.ip" => [IPAddress.Parse(sample.Source)],
            "net.dst.ip" => [IPAddress.Parse(sample.Destination)],
            "net.src.port" => [(long)sample.SourcePort],
            "net.dst.port" or "net.port" => [host.Length > 1 ? long.Parse(host[1]) : sample.DestinationPort],
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
        };
    }
}
