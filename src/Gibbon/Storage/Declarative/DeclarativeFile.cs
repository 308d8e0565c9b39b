using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>The file of a declarative configuration, read: its document, or what is wrong with it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Document">What it says; null when it cannot be read.</param>
/// <param name="Hash">The hash of its text.</param>
/// <param name="Problem">Why it cannot be read.</param>
internal sealed record DeclarativeFile(string Path, ValueMap? Document, string? Hash, string? Problem)
{
    /// <summary>Reads it.</summary>
    public static DeclarativeFile Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var reason = failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
                UnauthorizedAccessException => Directory.Exists(path) ? "Is a directory" : "Permission denied",
                _ => failure.Message,
            };
            return new DeclarativeFile(path, null, null, $"{path}: {reason}");
        }
        return DeclarativeText.TryRead(text, path, out var document, out var problem)
            ? new DeclarativeFile(path, document, ConfigurationHash.OfText(text), null)
            : new DeclarativeFile(path, null, null, problem);
    }
}
