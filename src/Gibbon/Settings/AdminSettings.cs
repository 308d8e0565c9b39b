namespace Gibbon.Settings;

/// <summary>Limits of the Admin API, and who may use it. Sizes in bytes; 0: no limit.</summary>
internal sealed record AdminSettings
{
    public required long ClientMaxBodySize { get; init; }
    public required long ClientBodyBufferSize { get; init; }

    /// <summary><c>admin_token</c>: what a request must carry; null: nothing is asked. Secret.</summary>
    public required string? Token { get; init; }

    /// <summary><c>admin_token_read_only</c>: what a request that only reads may carry in its place. Secret.</summary>
    public required string? ReadOnlyToken { get; init; }

    /// <summary><c>admin_versions</c>: how many versions of the configuration are kept; 0: none.</summary>
    public required int Versions { get; init; }

    public static AdminSettings From(SettingReader read) => new()
    {
        ClientMaxBodySize = read.SizeDirective("client_max_body_size", 1 << 20, "admin", "http"),
        ClientBodyBufferSize = read.SizeDirective("client_body_buffer_size", 16 << 10, "admin", "http"),
        Token = read.Text("admin_token"),
        ReadOnlyToken = read.Text("admin_token_read_only"),
        Versions = Math.Clamp(read.Whole("admin_versions") ?? 1000, 0, 1_000_000),
    };

    // A record prints its properties; this one has secrets among them.
    public override string ToString() => $"AdminSettings {{ ClientMaxBodySize = {ClientMaxBodySize} }}";
}
