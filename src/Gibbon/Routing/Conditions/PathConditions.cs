using Gibbon.Routing.Expressions;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Conditions;

/// <summary>http.path begins with a text.</summary>
internal sealed class PathStartsWith(byte[] prefix) : Condition
{
    /// <summary>The text, as UTF-8.</summary>
    public byte[] Prefix => prefix;

    public override bool Holds(ref Evaluation evaluation)
    {
        if (!evaluation.Path.StartsWith(prefix))
        {
            return false;
        }

        evaluation.MatchedPrefix(prefix.Length);
        return true;
    }

    public override string ToString() => $"http.path ^= {TextLiteral.Quote(System.Text.Encoding.UTF8.GetString(prefix))}";
}

/// <summary>http.path equals a text.</summary>
internal sealed class PathEquals(byte[] path) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        if (!evaluation.Path.SequenceEqual(path))
        {
            return false;
        }

        evaluation.Matched(path);
        return true;
    }

    public override string ToString() => $"http.path == {TextLiteral.Quote(System.Text.Encoding.UTF8.GetString(path))}";
}

/// <summary>A regex finds a match in http.path.</summary>
internal sealed class PathMatches(RouteRegex regex) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        // Cheaper than the automaton, and most candidates of a shared tree node end here.
        if (!evaluation.Path.StartsWith(regex.LiteralPrefix) || !regex.TryMatch(evaluation.PathText(), out int start, out int length))
        {
            return false;
        }

        evaluation.Matched(regex, start, length);
        return true;
    }

    public override string ToString() => $"http.path ~ {TextLiteral.Quote(regex.Pattern)}";
}
