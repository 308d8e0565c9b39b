namespace Gibbon.Pdk;

/// <summary>The health of one address of a target.</summary>
/// <param name="Target">The target as configured: <c>host:port</c>.</param>
/// <param name="Host">Its host.</param>
/// <param name="Ip">The address; <c>null</c> if the host has none.</param>
/// <param name="Port">The port.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="State">What is known of it.</param>
public sealed record TargetHealth(string Target, string Host, string? Ip, int Port, int Weight, TargetState State);
