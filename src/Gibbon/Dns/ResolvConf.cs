using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Gibbon.Dns;

/// <summary>What <c>/etc/resolv.conf</c> says, with what the environment (<c>LOCALDOMAIN</c>, <c>RES_OPTIONS</c>) says instead.</summary>
internal sealed record ResolvConf
{
    private const string SystemFile = "/etc/resolv.conf";
    private const int MostServers = 3;
    private const int MostDomains = 6;

    public ImmutableArray<IPEndPoint> Servers { get; init; } = [];

    public ImmutableArray<string> Search { get; init; } = [];

    public int Ndots { get; init; } = 1;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    public int Attempts { get; init; } = 5;

    public bool Rotate { get; init; }

    /// <summary>That of this machine; the defaults, without servers, when it cannot be read.</summary>
    public static ResolvConf OfSystem()
    {
        string text;
        try
        {
            text = File.ReadAllText(SystemFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            text = "";
        }

        return Parse(text, Environment.GetEnvironmentVariable("LOCALDOMAIN"), Environment.GetEnvironmentVariable("RES_OPTIONS"));
    }

    public static ResolvConf Parse(string text, string? localDomain = null, string? options = null)
    {
        ResolvConf conf = new();
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            string[] words = WithoutComment(line).ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            conf = words.Length < 2 ? conf : conf.With(words[0], words[1..]);
        }

        if (!string.IsNullOrWhiteSpace(localDomain))
        {
            conf = conf with { Search = Domains(localDomain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) };
        }

        foreach (string option in (options ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            conf = conf.WithOption(option);
        }

        return conf;
    }

    // Of "domain" and "search" the last one counts.
    private ResolvConf With(string keyword, string[] values) => keyword switch
    {
        "nameserver" => Servers.Length < MostServers && Server(values[0]) is { } server ? this with { Servers = Servers.Add(server) } : this,
        "domain" => this with { Search = Domains(values.AsSpan(0, 1)) },
        "search" => this with { Search = Domains(values) },
        "options" => values.Aggregate(this, static (conf, option) => conf.WithOption(option)),
        _ => this,
    };

    private ResolvConf WithOption(string option)
    {
        int colon = option.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? option : option[..colon];
        if (name == "rotate")
        {
            return this with { Rotate = true };
        }

        if (colon < 0 || !int.TryParse(option.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return this;
        }

        return name switch
        {
            "ndots" => this with { Ndots = number },
            "timeout" when number > 0 => this with { Timeout = TimeSpan.FromSeconds(number) },
            "attempts" when number > 0 => this with { Attempts = number },
            _ => this,
        };
    }

    private static ImmutableArray<string> Domains(ReadOnlySpan<string> words)
    {
        var domains = ImmutableArray.CreateBuilder<string>();
        foreach (string word in words[..Math.Min(words.Length, MostDomains)])
        {
            string domain = word.Trim('.').ToLowerInvariant();
            if (domain.Length > 0)
            {
                domains.Add(domain);
            }
        }

        return domains.ToImmutable();
    }

    // A server may have a port; one with a scope (fe80::1%eth0) is left out, as in Kong.
    private static IPEndPoint? Server(string text)
    {
        if (AddressLiteral.Parse(text) is { } address)
        {
            return text.Contains('%', StringComparison.Ordinal) ? null : new IPEndPoint(address, 53);
        }

        int colon = text.LastIndexOf(':');
        return colon > 0
            && AddressLiteral.Parse(text.AsSpan(0, colon)) is { } host
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new IPEndPoint(host, port)
            : null;
    }

    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        int comment = line.IndexOfAny('#', ';');
        return comment < 0 ? line : line[..comment];
    }
}
