using System.Globalization;
using System.Text;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Expressions;

/// <summary>Reads the right side of a comparison.</summary>
internal sealed class LiteralReader(string source, SyntaxTrace trace)
{
    /// <summary>The literal at <paramref name="at"/>, which moves behind it; null when there is none or <paramref name="fault"/> says what is wrong.</summary>
    public Literal? Read(ref int at, Operator @operator, ref string? fault)
    {
        int start = at;
        int mark = trace.Enter(start);
        Literal? literal = Text(ref at) ?? RawText(ref at) ?? Address(ref at, ref fault) ?? Integer(ref at, ref fault);
        if (literal is null)
        {
            trace.Failed(SyntaxRule.Right, start, mark);
            return null;
        }

        if (@operator != Operator.Regex || fault is not null)
        {
            return fault is null ? literal : null;
        }

        if (literal is not TextLiteral pattern)
        {
            fault = SyntaxError.Over(source, start, at, "regex operator can only be used with String operands");
            return null;
        }

        RouteRegex? regex = RouteRegex.Create(pattern.Text, RegexDialect.Linear, out RegexError? error);
        fault = error is null ? null : SyntaxError.Over(source, start, at, error.ToString());
        return regex is null ? null : new RegexLiteral(regex);
    }

    private TextLiteral? Text(ref int at)
    {
        int start = at;
        int mark = trace.Enter(start);
        if (at < source.Length && source[at] == '"')
        {
            StringBuilder text = new();
            int i = at + 1;
            while (i < source.Length && source[i] != '"')
            {
                if (source[i] != '\\')
                {
                    text.Append(source[i++]);
                    continue;
                }

                char escaped = i + 1 < source.Length ? source[i + 1] : '\0';
                if (!@"""\nrt".Contains(escaped))
                {
                    break;
                }

                text.Append(escaped switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => escaped });
                i += 2;
            }

            if (i < source.Length && source[i] == '"')
            {
                at = i + 1;
                return new TextLiteral(text.ToString());
            }

            trace.Missed(SyntaxRule.TextEscape, i);
            trace.Missed(SyntaxRule.TextCharacter, i);
        }

        trace.Failed(SyntaxRule.Text, start, mark);
        return null;
    }

    private TextLiteral? RawText(ref int at)
    {
        int start = at;
        int mark = trace.Enter(start);
        if (source.AsSpan(at).StartsWith("r#\""))
        {
            int end = source.IndexOf("\"#", at + 3, StringComparison.Ordinal);
            if (end >= 0)
            {
                string text = source[(at + 3)..end];
                at = end + 2;
                return new TextLiteral(text);
            }

            trace.Missed(SyntaxRule.RawTextCharacter, source.Length);
        }

        trace.Failed(SyntaxRule.RawText, start, mark);
        return null;
    }

    private Literal? Address(ref int at, ref string? fault)
    {
        int start = at;
        int end = Ipv4End(start);
        bool four = end > start;
        end = four ? end : Ipv6End(start);
        if (end == start)
        {
            trace.Missed(SyntaxRule.Ipv4Range, start);
            trace.Missed(SyntaxRule.Ipv6Range, start);
            trace.Missed(SyntaxRule.Ipv4, start);
            trace.Missed(SyntaxRule.Ipv6, start);
            return null;
        }

        int digits = end < source.Length && source[end] == '/' ? Digits(end + 1, four ? 2 : 3) : 0;
        at = digits > 0 ? end + 1 + digits : end;
        string text = source[start..at];
        if (digits == 0)
        {
            if (NetworkAddress.TryParse(text, out NetworkAddress address))
            {
                return new AddressLiteral(address);
            }

            fault ??= SyntaxError.Over(source, start, at, four ? "invalid IPv4 address syntax" : "invalid IPv6 address syntax");
            return new TextLiteral(text);
        }

        if (!NetworkRange.TryParse(text, out NetworkRange? range))
        {
            fault ??= SyntaxError.Over(source, start, at, RangeFault(source[start..end], source[(end + 1)..at], four));
            return new TextLiteral(text);
        }

        if (!range.Value.IsAligned)
        {
            fault ??= SyntaxError.Over(source, start, at, "host part of address was not zero");
        }

        return new RangeLiteral(range.Value);
    }

    private static string RangeFault(string address, string length, bool four) =>
        !NetworkAddress.TryParse(address, out _) ? $"couldn't parse address in network: invalid {(four ? "IPv4" : "IPv6")} address syntax"
        : !byte.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out byte bits) ? "couldn't parse length in network: number too large to fit in target type"
        : $"invalid length for network: Network length {bits} is too long for {(four ? "Ipv4 (maximum: 32)" : "Ipv6 (maximum: 128)")}";

    private NumberLiteral? Integer(ref int at, ref string? fault)
    {
        int start = at;
        int i = start < source.Length && source[start] == '-' ? start + 1 : start;
        int radix = source.AsSpan(i).StartsWith("0x") ? 16 : Octal(i) ? 8 : 10;
        int from = radix == 16 ? i + 2 : i;
        int end = from;
        while (end < source.Length && (radix switch { 16 => char.IsAsciiHexDigit(source[end]), 8 => source[end] is >= '0' and <= '7', _ => char.IsAsciiDigit(source[end]) }))
        {
            end++;
        }

        if (end == from)
        {
            trace.Missed(SyntaxRule.Integer, start);
            return null;
        }

        at = end;
        if (!TryNumber(source.AsSpan(from, end - from), radix, out long number))
        {
            fault ??= SyntaxError.Over(source, from, end, "number too large to fit in target type");
        }

        return new NumberLiteral(i > start ? -number : number);
    }

    private bool Octal(int at) => at + 1 < source.Length && source[at] == '0' && source[at + 1] is >= '0' and <= '7';

    private static bool TryNumber(ReadOnlySpan<char> digits, int radix, out long number)
    {
        UInt128 value = 0;
        foreach (char digit in digits)
        {
            value = (value * (uint)radix) + (uint)int.Parse([digit], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (value > long.MaxValue)
            {
                number = 0;
                return false;
            }
        }

        number = (long)value;
        return true;
    }

    private int Digits(int at, int most)
    {
        int count = 0;
        while (count < most && at + count < source.Length && char.IsAsciiDigit(source[at + count]))
        {
            count++;
        }

        return count;
    }

    private int Ipv4End(int at)
    {
        int i = at;
        for (int part = 0; part < 4; part++)
        {
            if (part > 0 && (i >= source.Length || source[i++] != '.'))
            {
                return at;
            }

            int digits = Digits(i, 3);
            if (digits == 0)
            {
                return at;
            }

            i += digits;
        }

        return i;
    }

    // (":" | hex{1,4}) ":" (hex{1,4} | ":")*
    private int Ipv6End(int at)
    {
        int i = at;
        if (i < source.Length && source[i] == ':')
        {
            i++;
        }
        else
        {
            while (i - at < 4 && i < source.Length && char.IsAsciiHexDigit(source[i]))
            {
                i++;
            }
        }

        if (i == at || i >= source.Length || source[i] != ':')
        {
            return at;
        }

        while (i < source.Length && (source[i] == ':' || char.IsAsciiHexDigit(source[i])))
        {
            i++;
        }

        return i;
    }
}
