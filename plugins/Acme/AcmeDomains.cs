namespace Gibbon.Plugins.Acme;

/// <summary>The names that get certificates: whole ones, and all that end as one with <c>*</c> before it. A <c>*</c> at the end means nothing, as in Kong.</summary>
sealed class AcmeDomains
{
    readonly HashSet<string> whole = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string> ends = [];

    public AcmeDomains(IReadOnlyList<string> domains)
    {
        foreach (var domain in domains)
        {
            if (domain.StartsWith('*'))
                ends.Add(domain[1..]);
            else
                whole.Add(domain);
        }
    }

    /// <summary>Whether a name is one of them.</summary>
    public bool Contain(string host) =>
        whole.Contains(host) || ends.Exists(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name has the form of an address of IPv4.</summary>
    public static bool IsAddress(string host) =>
        host.Split('.') is { Length: 4 } parts && Array.TrueForAll(parts, static part => part.Length > 0 && part.All(char.IsAsciiDigit));
}
