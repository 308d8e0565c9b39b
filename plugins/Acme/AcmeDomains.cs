using System.Net;
using System.Net.Sockets;

namespace Gibbon.Plugins.Acme;

/// <summary>The names that get certificates.</summary>
sealed class AcmeDomains
{
    readonly HashSet<string> whole = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string> ends = [];
    readonly List<string> beginnings = [];

    public AcmeDomains(IReadOnlyList<string> domains)
    {
        foreach (var domain in domains)
        {
            if (domain.StartsWith('*'))
                ends.Add(domain[1..]);
            else if (domain.EndsWith('*'))
                beginnings.Add(domain[..^1]);
            else
                whole.Add(domain);
        }
    }

    /// <summary>Whether a name is one of them.</summary>
    public bool Contain(string host) =>
        whole.Contains(host)
        || ends.Exists(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase))
        || beginnings.Exists(beginning => host.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name is an address of IPv4.</summary>
    public static bool IsAddress(string host) =>
        host.AsSpan().Count('.') == 3 && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork;
}
