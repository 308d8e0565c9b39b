using System.Text;
using System.Text.RegularExpressions;

namespace Gibbon.Routing.Regexes;

/// <summary>
/// A route's regex, always matched in linear time in the linear dialect. It is built when the first request needs it: ten
/// thousand regex routes of which a hundred are asked for cost a hundred.
/// </summary>
internal sealed class RouteRegex
{
    // Kong bounds PCRE by steps; .NET bounds by time, that of a machine which is busy elsewhere too. So what took too long may try once more.
    private static readonly TimeSpan BacktrackingLimit = TimeSpan.FromMilliseconds(100);

    private readonly TranslatedRegex _translated;
    private readonly RegexDialect _dialect;
    private Regex? _compiled;

    private RouteRegex(string pattern, TranslatedRegex translated, RegexDialect dialect)
    {
        Pattern = pattern;
        _translated = translated;
        _dialect = dialect;
        LiteralPrefix = translated.LiteralPrefix.Length == 0 ? [] : Encoding.UTF8.GetBytes(translated.LiteralPrefix);
    }

    /// <summary>The pattern as written.</summary>
    public string Pattern { get; }

    /// <summary>What a matching text begins with; empty when unknown.</summary>
    public byte[] LiteralPrefix { get; }

    /// <summary>True when there is a group besides the whole match.</summary>
    public bool HasGroups => _translated.GroupCount > 0;

    /// <summary>Names and numbers of the named groups.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> GroupNames => _translated.GroupNames;

    private Regex Compiled => _compiled ?? Compile();

    /// <summary>The regex, or null and why not.</summary>
    public static RouteRegex? Create(string pattern, RegexDialect dialect, out RegexError? error)
    {
        TranslatedRegex? translated = RegexTranslator.Translate(pattern, dialect, out error);
        return translated is null ? null : new RouteRegex(pattern, translated, dialect);
    }

    /// <summary>A PCRE regex that must match at the beginning of the text, or null and why not.</summary>
    public static RouteRegex? CreateAnchored(string pattern, out RegexError? error)
    {
        TranslatedRegex? translated = RegexTranslator.Translate(pattern, RegexDialect.Backtracking, out error);
        return translated is null ? null : new RouteRegex(
            pattern,
            translated with { Pattern = $"\\A(?:{translated.Pattern})", LiteralPrefix = Regexes.LiteralPrefix.Of("^" + pattern) },
            RegexDialect.Backtracking);
    }

    /// <summary>Builds the automaton now; null when it can be built, else why not.</summary>
    public RegexError? Prove()
    {
        try
        {
            _ = Compiled;
            return null;
        }
        catch (RegexParseException fault)
        {
            return new RegexError(Pattern, Math.Clamp(fault.Offset - 1, 0, Math.Max(Pattern.Length - 1, 0)), 1, fault.Error.ToString());
        }
        catch (NotSupportedException)
        {
            // The automaton would be too large for NonBacktracking; Rust refuses such patterns as well.
            return new RegexError(Pattern, 0, Pattern.Length, "compiled regex exceeds size limit of 10485760 bytes.");
        }
    }

    /// <summary>Looks for a match. A regex that takes too long, or that .NET cannot build, matches nothing.</summary>
    public bool TryMatch(ReadOnlySpan<char> text, out int start, out int length) =>
        TryMatch(text, out start, out length, out bool tookTooLong) || (tookTooLong && TryMatch(text, out start, out length, out _));

    /// <summary>The captures of a match in <paramref name="text"/>: allocates, so only when somebody asks.</summary>
    public RouteCaptures Captures(string text) => new(Compiled.Match(text), _translated.GroupNames);

    private bool TryMatch(ReadOnlySpan<char> text, out int start, out int length, out bool tookTooLong)
    {
        tookTooLong = false;
        try
        {
            foreach (ValueMatch match in Compiled.EnumerateMatches(text))
            {
                (start, length) = (match.Index, match.Length);
                return true;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            tookTooLong = true;
        }
        catch (RegexParseException)
        {
        }
        catch (NotSupportedException)
        {
        }

        (start, length) = (0, 0);
        return false;
    }

    private Regex Compile()
    {
        Regex compiled = _dialect != RegexDialect.Linear ? new Regex(_translated.Pattern, RegexOptions.CultureInvariant, BacktrackingLimit)
            : BacktrackingCost.IsLinear(Pattern) ? new Regex(_translated.Pattern, RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout)
            : new Regex(_translated.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return Interlocked.CompareExchange(ref _compiled, compiled, null) ?? compiled;
    }
}
