using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Dns;

/// <summary>
/// Names with fixed addresses, as <c>/etc/hosts</c> gives them. The first address of a family counts. <c>localhost</c> is always there
/// (RFC 6761, 6.3).
/// </summary>
internal sealed class HostsFile
{
    private readonly FrozenDictionary<string, Host> _hosts;

    private HostsFile(IReadOnlyDictionary<string, Host> hosts) => _hosts = hosts.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a file; one that cannot be read has no names.</summary>
    public static HostsFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Parse("");
        }
    }

    public static HostsFile Parse(string text)
    {
        Dictionary<string, Host> hosts = new(StringComparer.OrdinalIgnoreCase);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            AddLine(hosts, line.ToString());
        }

        hosts.TryAdd("localhost", new Host { V4 = IPAddress.Loopback, V6 = IPAddress.IPv6Loopback });
        return new HostsFile(hosts);
    }

    /// <summary>The addresses of a name; false if the file has none.</summary>
    public bool TryGet(string name, out IPAddress? v4, out IPAddress? v6)
    {
        bool found = _hosts.TryGetValue(name, out Host? host);
        v4 = host?.V4;
        v6 = host?.V6;
        return found;
    }

    private static void AddLine(Dictionary<string, Host> hosts, string line)
    {
        int comment = line.IndexOf('#', StringComparison.Ordinal);
        string[] words = (comment < 0 ? line : line[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || AddressLiteral.Parse(words[0]) is not { } address)
        {
            return;
        }

        foreach (string name in words.AsSpan(1))
        {
            Host known = hosts.GetValueOrDefault(name) ?? new Host();
            hosts[name] = address.AddressFamily == AddressFamily.InterNetwork
                ? known with { V4 = known.V4 ?? address }
                : known with { V6 = known.V6 ?? address };
        }
    }

    private sealed record Host
    {
        public IPAddress? V4 { get; init; }

        public IPAddress? V6 { get; init; }
    }
}
