using System.Diagnostics.CodeAnalysis;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>Reads the text of a declarative configuration. A file's name says what it is; a text without a name is tried as JSON, then as YAML.</summary>
internal static class DeclarativeText
{
    /// <param name="text">The text.</param>
    /// <param name="fileName">The file it came from, if it came from one.</param>
    /// <param name="document">What was read.</param>
    /// <param name="error">What is wrong, in Kong's words.</param>
    public static bool TryRead(string text, string? fileName, [NotNullWhen(true)] out ValueMap? document, [NotNullWhen(false)] out string? error)
    {
        var json = fileName is null || fileName.EndsWith("json", StringComparison.Ordinal);
        var yaml = fileName is null || fileName.EndsWith("yml", StringComparison.Ordinal) || fileName.EndsWith("yaml", StringComparison.Ordinal);
        document = null;
        error = null;
        if (!json && !yaml)
        {
            error = $"unknown file type: {fileName}. (Accepted types: json, yaml)";
            return false;
        }
        string? problem = null;
        if (json && (!yaml || LooksLikeJson(text)))
        {
            _ = JsonReader.TryRead(text, out var value, out problem);
            document = ToDocument(value);
        }
        if (document is null && yaml)
        {
            var isDocument = YamlReader.TryRead(text, out var value, out problem);
            // A lone null is an empty configuration, a text without any document is none: so Kong has it.
            document = isDocument && value is null ? [] : ToDocument(value);
        }
        if (document is null)
        {
            error = "failed parsing declarative configuration: " + (problem ?? "expected an object");
        }
        return document is not null;
    }

    static ValueMap? ToDocument(object? value) => value switch
    {
        ValueMap map => map,
        ValueList { Count: 0 } => [],
        _ => null,
    };

    static bool LooksLikeJson(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.Length > 0 && start[0] is '{' or '[';
    }
}
