using System.Net;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime.Host;

/// <summary><c>trusted_ips</c> as plugins ask for them.</summary>
internal sealed class TrustedAddresses(RealIpSettings settings) : ITrustedAddresses
{
    public bool IsTrusted(IPAddress address) => settings.Trusts(address);
}
