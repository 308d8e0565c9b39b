using System.Text;
using Gibbon.Routing.Expressions;

namespace Gibbon.Routing.Index;

/// <summary>
/// Finds where a candidate belongs: a set of places such that every request that satisfies the expression comes by at least
/// one of them. Pinning less is always right; pinning more makes matching fast.
/// </summary>
internal static class IndexKeys
{
    // A route of many hosts times many paths is pinned by its hosts alone.
    private const int Most = 256;

    private static readonly IndexKey[] s_everywhere = [IndexKey.Everywhere];

    /// <summary>The places of an expression of HTTP.</summary>
    public static IndexKey[] OfHttp(Expression? expression) => expression is null ? s_everywhere : Distinct(Of(expression, null));

    /// <summary>The places of a stream expression, for streams of one protocol; none when it cannot match there.</summary>
    public static IndexKey[] OfStream(Expression? expression, RouteProtocol protocol)
        => expression is null ? s_everywhere : Distinct(Of(expression, protocol));

    private static IndexKey[] Of(Expression expression, RouteProtocol? stream)
    {
        switch (expression)
        {
            case AndExpression and:
                return Both(Of(and.Left, stream), Of(and.Right, stream));
            case OrExpression or:
                IndexKey[] left = Of(or.Left, stream);
                IndexKey[] right = Of(or.Right, stream);
                return left.Length + right.Length > Most ? s_everywhere : [.. left, .. right];
            case Predicate predicate:
                return stream is { } protocol ? OfStreamPredicate(predicate, protocol) : OfHttpPredicate(predicate);
            default:
                return s_everywhere;
        }
    }

    private static IndexKey[] OfHttpPredicate(Predicate predicate)
    {
        if (predicate.Lower)
        {
            return s_everywhere;
        }

        return (predicate.Field, predicate.Operator, predicate.Literal) switch
        {
            ("http.path", Operator.Prefix or Operator.Equals, TextLiteral text) => [new(HostPin.Any, [], text.Utf8)],
            ("http.path", Operator.Regex, RegexLiteral regex) => [new(HostPin.Any, [], regex.Regex.LiteralPrefix)],
            ("http.host", _, TextLiteral text) => Host(predicate.Operator, text),
            _ => s_everywhere,
        };
    }

    private static IndexKey[] OfStreamPredicate(Predicate predicate, RouteProtocol protocol)
    {
        if (predicate.Lower)
        {
            return s_everywhere;
        }

        switch (predicate.Field, predicate.Operator, predicate.Literal)
        {
            case ("net.protocol", Operator.Equals or Operator.NotEquals, TextLiteral text):
                bool same = Encoding.ASCII.GetString(protocol.Text()) == text.Text;
                return same == (predicate.Operator == Operator.Equals) ? s_everywhere : [];
            case ("tls.sni", _, TextLiteral text):
                return Host(predicate.Operator, text);
            case ("net.dst.port", Operator.Equals, NumberLiteral { Number: >= 0 and <= ushort.MaxValue } port):
                return [new(HostPin.Any, [], [(byte)(port.Number >> 8), (byte)port.Number])];
            default:
                return s_everywhere;
        }
    }

    private static IndexKey[] Host(Operator @operator, TextLiteral text)
    {
        HostPin pin = @operator switch
        {
            Operator.Equals => HostPin.Exact,
            Operator.Prefix => HostPin.Prefix,
            Operator.Postfix => HostPin.Suffix,
            _ => HostPin.Any,
        };
        return pin == HostPin.Any || text.Utf8.Length == 0 ? s_everywhere : [new(pin, text.Utf8, [])];
    }

    private static IndexKey[] Both(IndexKey[] left, IndexKey[] right)
    {
        if (left is [{ IsEverywhere: true }])
        {
            return right;
        }

        if (right is [{ IsEverywhere: true }])
        {
            return left;
        }

        if (left.Length * right.Length > Most)
        {
            return left.Length <= right.Length ? left : right;
        }

        List<IndexKey> keys = new(left.Length * right.Length);
        foreach (IndexKey one in left)
        {
            foreach (IndexKey other in right)
            {
                IndexKey host = one.Pin == HostPin.Any || (one.Pin != HostPin.Exact && other.Pin == HostPin.Exact) ? other : one;
                keys.Add(host with { Path = one.Path.Length >= other.Path.Length ? one.Path : other.Path });
            }
        }

        return [.. keys];
    }

    private static IndexKey[] Distinct(IndexKey[] keys)
    {
        if (keys.Length < 2)
        {
            return keys;
        }

        // One that is found everywhere need not be found anywhere else.
        HashSet<(HostPin, string, string)> seen = [];
        return Array.Exists(keys, key => key.IsEverywhere)
            ? s_everywhere
            : Array.FindAll(keys, key => seen.Add((key.Pin, Convert.ToHexString(key.Host), Convert.ToHexString(key.Path))));
    }
}
