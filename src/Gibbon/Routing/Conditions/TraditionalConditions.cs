using System.Text;
using Gibbon.Routing.Flavors;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Conditions;

/// <summary>Hosts of the traditional flavour: a Host header without a port has the scheme's.</summary>
internal sealed class TraditionalHost : Condition
{
    private readonly List<Named> _hosts = [];
    private readonly string _text;

    public TraditionalHost(IReadOnlyList<string> hosts)
    {
        _text = $"hosts: {string.Join(", ", hosts)}";
        foreach (string written in hosts)
        {
            string host = RouteFields.HostOf(written, out int? port);
            _hosts.Add(new Named(
                Encoding.UTF8.GetBytes(host.Trim('*')), Encoding.UTF8.GetBytes(written.Replace("*", "", StringComparison.Ordinal)), port, host.StartsWith('*'), host.EndsWith('*')));
        }
    }

    public override bool Holds(ref Evaluation evaluation)
    {
        if (evaluation.FullHost.IsEmpty)
        {
            return false;
        }

        long port = evaluation.HostPortNumber >= 0 ? evaluation.HostPortNumber : evaluation.Protocol == RouteProtocol.Https ? 443 : 80;
        foreach (Named host in _hosts)
        {
            if (host.Matches(evaluation.FullHost, evaluation.Host, port))
            {
                evaluation.HostMatch = host.Text;
                return true;
            }
        }

        return false;
    }

    public override string ToString() => _text;

    private sealed record Named(byte[] Text, byte[] Written, int? Port, bool Suffix, bool Prefix)
    {
        public bool Matches(ReadOnlySpan<byte> full, ReadOnlySpan<byte> host, long port)
        {
            if (!Suffix && !Prefix)
            {
                return full.SequenceEqual(Written) || (host.SequenceEqual(Text) && (Port is null || Port == port));
            }

            // The asterisk stands for at least one character.
            return host.Length > Text.Length && (Suffix ? host.EndsWith(Text) : host.StartsWith(Text)) && (Port is null || Port == port);
        }
    }
}

/// <summary>A header of the traditional flavour: one of its values, or a regex when there is one value only.</summary>
internal sealed class TraditionalHeader : Condition
{
    private readonly byte[] _name;
    private readonly string[] _values;
    private readonly RouteRegex? _regex;

    public TraditionalHeader(string name, IReadOnlyList<string> values)
    {
        _name = Expressions.FieldCatalog.HeaderName(name);
        _values = [.. values.Select(value => value.ToLowerInvariant())];
        _regex = values is [['~', '*', .. string pattern]] ? RouteRegex.Create(pattern, RegexDialect.Backtracking, out _) : null;
    }

    public override bool Holds(ref Evaluation evaluation)
    {
        int cursor = 0;
        while (evaluation.Fields is { } fields && fields.TryNextHeader(_name, ref cursor, out ReadOnlySpan<byte> value))
        {
            if (Matches(value))
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => $"header {Encoding.UTF8.GetString(_name)}: {string.Join(" or ", _values)}";

    private bool Matches(ReadOnlySpan<byte> value)
    {
        char[]? large = value.Length > 256 ? new char[value.Length] : null;
        Span<char> text = large ?? stackalloc char[256];
        text = text[..Encoding.UTF8.GetChars(value, text)];
        foreach (ref char c in text)
        {
            c = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
        }

        foreach (string known in _values)
        {
            if (text.SequenceEqual(known))
            {
                return true;
            }
        }

        return _regex is not null && _regex.TryMatch(text, out _, out _);
    }
}

/// <summary>Server names of the traditional flavour: exact, and ignored for HTTP in clear.</summary>
internal sealed class TraditionalSni(IReadOnlyList<string> snis) : Condition
{
    private readonly byte[][] _snis = [.. snis.Select(sni => Encoding.UTF8.GetBytes(RouteFields.WithoutLastDot(sni)))];

    public override bool Holds(ref Evaluation evaluation)
    {
        if (evaluation.Protocol == RouteProtocol.Http)
        {
            return true;
        }

        foreach (byte[] sni in _snis)
        {
            if (evaluation.Sni.SequenceEqual(sni))
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => $"snis: {string.Join(", ", snis)}";
}
