namespace Gibbon.Balancing;

/// <summary>What an address is known by from one configuration to the next: Kong's health checker counts by the same three.</summary>
/// <param name="Host">The host of the target it belongs to.</param>
/// <param name="Ip">The address, one of IPv6 in brackets.</param>
/// <param name="Port">The port.</param>
internal readonly record struct AddressKey(string Host, string Ip, int Port)
{
    public override string ToString() => Host == Ip ? $"{Ip}:{Port}" : $"{Host}({Ip}:{Port})";
}
