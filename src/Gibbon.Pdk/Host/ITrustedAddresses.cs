using System.Net;

namespace Gibbon.Pdk;

/// <summary>Which addresses are trusted (<c>trusted_ips</c>). Kong's <c>kong.ip</c>.</summary>
public interface ITrustedAddresses
{
    /// <summary>Whether an address may say who the client is. With no <c>trusted_ips</c> none may.</summary>
    /// <param name="address">The address.</param>
    [Kong("kong.ip.is_trusted"), Phases(Phase.Any)]
    bool IsTrusted(IPAddress address);
}
