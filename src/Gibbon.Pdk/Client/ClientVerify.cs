namespace Gibbon.Pdk;

/// <summary>
/// The outcome of checking a client's certificate, as logs report it: <c>SUCCESS</c>, <c>NONE</c> or <c>FAILED:reason</c>.
/// </summary>
public readonly record struct ClientVerify
{
    readonly string? text;

    ClientVerify(string text) => this.text = text;

    /// <summary>The certificate is valid.</summary>
    public static ClientVerify Success => new("SUCCESS");

    /// <summary>The client showed no certificate.</summary>
    public static ClientVerify None => default;

    /// <summary>The certificate is not valid.</summary>
    /// <param name="reason">Why.</param>
    public static ClientVerify Failed(string reason) => new("FAILED:" + reason);

    /// <summary>Reads Kong's notation.</summary>
    /// <param name="value"><c>SUCCESS</c>, <c>NONE</c> or <c>FAILED:reason</c>.</param>
    /// <exception cref="KongArgumentException"><c>unknown client verify value: …</c>.</exception>
    public static ClientVerify Parse(string value) => value switch
    {
        "SUCCESS" or "NONE" => new ClientVerify(value),
        _ when value.StartsWith("FAILED:", StringComparison.Ordinal) => new ClientVerify(value),
        _ => throw new KongArgumentException(
            $"unknown client verify value: {value} accepted values are: \"SUCCESS\", \"NONE\" or \"FAILED:<reason>\"", nameof(value)),
    };

    /// <summary>Kong's notation.</summary>
    public override string ToString() => text ?? "NONE";
}
