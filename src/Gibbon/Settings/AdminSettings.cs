namespace Gibbon.Settings;

/// <summary>Limits of the Admin API. Sizes in bytes; 0: no limit.</summary>
internal sealed record AdminSettings
{
    public required long ClientMaxBodySize { get; init; }
    public required long ClientBodyBufferSize { get; init; }

    public static AdminSettings From(SettingReader read) => new()
    {
        ClientMaxBodySize = read.SizeDirective("client_max_body_size", 1 << 20, "admin", "http"),
        ClientBodyBufferSize = read.SizeDirective("client_body_buffer_size", 16 << 10, "admin", "http"),
    };
}
