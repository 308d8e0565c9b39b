using YamlDotNet.Core;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// The problem a parser found, in the words of the reader Kong uses. The two parsers have one ancestor: ours puts the context in
/// front ("While parsing a flow sequence, ") and ends the sentence, the other one does neither.
/// </summary>
internal static class YamlProblem
{
    public const string CannotStartToken = "found character that cannot start any token";

    public static string TextOf(YamlException failure)
    {
        var text = failure.Message;
        if (failure is AnchorNotFoundException)
        {
            return text;
        }
        if (text.StartsWith("While ", StringComparison.Ordinal) && text.IndexOf(", ", StringComparison.Ordinal) is > 0 and var comma)
        {
            text = text[(comma + 2)..];
        }
        text = text.TrimEnd('.');
        return text switch
        {
            "found invalid mapping" => "mapping values are not allowed in this context",
            "found invalid tab as indentation" => CannotStartToken,
            _ when text.StartsWith("found character ", StringComparison.Ordinal) && text.EndsWith("cannot start any token", StringComparison.Ordinal) => CannotStartToken,
            _ => char.ToLowerInvariant(text[0]) + text[1..],
        };
    }
}
