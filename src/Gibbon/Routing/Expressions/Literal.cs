using System.Globalization;
using System.Text;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Expressions;

/// <summary>The right side of a comparison.</summary>
internal abstract record Literal;

/// <summary>A string.</summary>
internal sealed record TextLiteral(string Text) : Literal
{
    /// <summary>The text as a request has it. One array for the index and for the condition: what the index has looked at is in the cache when the condition looks.</summary>
    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Text);

    public bool Equals(TextLiteral? other) => other?.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Quote(Text);

    /// <summary>A raw string where that is possible, else one with escapes.</summary>
    public static string Quote(string text)
        => text.Contains("\"#", StringComparison.Ordinal)
            ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"r#\"{text}\"#";
}

/// <summary>The right side of '~'.</summary>
internal sealed record RegexLiteral(RouteRegex Regex) : Literal
{
    public override string ToString() => TextLiteral.Quote(Regex.Pattern);
}

/// <summary>A whole number.</summary>
internal sealed record NumberLiteral(long Number) : Literal
{
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An IP address.</summary>
internal sealed record AddressLiteral(NetworkAddress Address) : Literal
{
    public override string ToString() => Address.ToString();
}

/// <summary>A range of IP addresses.</summary>
internal sealed record RangeLiteral(NetworkRange Range) : Literal
{
    public override string ToString() => Range.ToString();
}
