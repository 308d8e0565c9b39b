namespace Gibbon.Plugins.Shared.Connections;

/// <summary>Who is sent something.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
/// <param name="Timeout">How long it may take.</param>
readonly record struct Receiver(string Host, int Port, TimeSpan Timeout)
{
    public override string ToString() => $"{Host}:{Port}";
}
