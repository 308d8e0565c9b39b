using System.Text;

namespace Gibbon.Routing.Regexes;

/// <summary>Why a pattern is refused, and the characters of it that are to blame.</summary>
internal sealed record RegexError(string Pattern, int Start, int Length, string Message)
{
    /// <summary>The multi-line text of Rust's regex crate: the pattern, carets under the fault, the reason.</summary>
    public override string ToString()
    {
        StringBuilder text = new("regex parse error:\n    ");
        text.Append(Pattern).Append("\n    ").Append(' ', Start).Append('^', Math.Max(Length, 1)).Append("\nerror: ").Append(Message);
        return text.ToString();
    }
}
