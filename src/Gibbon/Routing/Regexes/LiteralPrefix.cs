using System.Text;

namespace Gibbon.Routing.Regexes;

/// <summary>The text every match of an anchored pattern begins with; it puts a regex route into the tree of paths.</summary>
internal static class LiteralPrefix
{
    /// <summary>The literal text after '^', or nothing when there is none or an alternative may begin otherwise.</summary>
    public static string Of(string pattern)
    {
        if (!pattern.StartsWith('^') || HasAlternativeOutside(pattern))
        {
            return "";
        }

        StringBuilder text = new();
        int last = 0;
        int at = 1;
        while (at < pattern.Length)
        {
            char c = pattern[at];
            int width = 1;
            if (c == '\\')
            {
                if (at + 1 >= pattern.Length || char.IsAsciiLetterOrDigit(pattern[at + 1]))
                {
                    break;
                }

                c = pattern[at + 1];
                width = 2;
            }
            else if (c is '*' or '?' or '{')
            {
                // The character before may be absent.
                text.Length = last;
                break;
            }
            else if ("[](){}.+^$|".Contains(c))
            {
                break;
            }

            last = text.Length;
            text.Append(c);
            at += width;
        }

        // A repetition may follow what an escape or a surrogate pair wrote: never split one.
        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
        {
            text.Length--;
        }

        return text.ToString();
    }

    private static bool HasAlternativeOutside(string pattern)
    {
        int depth = 0;
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[' when !inClass:
                    inClass = true;
                    if (i + 1 < pattern.Length && pattern[i + 1] == '^')
                    {
                        i++;
                    }

                    // A bracket right at the beginning is a member.
                    if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                    {
                        i++;
                    }

                    break;
                case ']':
                    inClass = false;
                    break;
                case '(' when !inClass:
                    depth++;
                    break;
                case ')' when !inClass:
                    depth--;
                    break;
                case '|' when !inClass && depth == 0:
                    return true;
            }
        }

        return false;
    }
}
