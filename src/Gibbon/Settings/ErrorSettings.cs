namespace Gibbon.Settings;

/// <summary>How the gateway words its own errors.</summary>
internal sealed record ErrorSettings
{
    /// <summary>The media type when a request states no preference.</summary>
    public required string DefaultType { get; init; }

    /// <summary>Contents of <c>error_template_*</c>, with up to two <c>%s</c> (message, request id); null: the built-in one.</summary>
    public required string? HtmlTemplate { get; init; }
    public required string? JsonTemplate { get; init; }
    public required string? XmlTemplate { get; init; }
    public required string? PlainTemplate { get; init; }

    public static ErrorSettings From(SettingReader read) => new()
    {
        DefaultType = read.Word("error_default_type"),
        HtmlTemplate = ReadTemplate(read, "error_template_html"),
        JsonTemplate = ReadTemplate(read, "error_template_json"),
        XmlTemplate = ReadTemplate(read, "error_template_xml"),
        PlainTemplate = ReadTemplate(read, "error_template_plain"),
    };

    private static string? ReadTemplate(SettingReader read, string name)
    {
        if (read.Text(name) is not { } path)
            return null;
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            read.Fail($"{name}: could not read {path}: {exception.Message}");
            return null;
        }
    }
}
