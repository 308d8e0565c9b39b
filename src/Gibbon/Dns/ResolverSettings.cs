using System.Net.Sockets;

namespace Gibbon.Dns;

/// <summary>How long answers hold, from Kong's <c>dns_*</c> settings.</summary>
internal sealed record ResolverSettings
{
    /// <summary>How long an answer is fresh (<c>dns_valid_ttl</c>). The system's resolver tells no TTL, so this stands for it.</summary>
    public TimeSpan ValidTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after that an answer may still be used while it is looked up again (<c>dns_stale_ttl</c>).</summary>
    public TimeSpan StaleTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long "there is no such name" is believed (<c>dns_not_found_ttl</c>).</summary>
    public TimeSpan NotFoundTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long another failure is believed (<c>dns_error_ttl</c>).</summary>
    public TimeSpan ErrorTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one look-up may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Which addresses to ask for: Kong asks for IPv4 unless <c>dns_order</c> names AAAA.</summary>
    public AddressFamily Family { get; init; } = AddressFamily.InterNetwork;
}
