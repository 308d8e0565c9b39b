using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>The last configuration that a data plane got, as it came, so that it can serve before it has seen its control plane again.</summary>
internal sealed class SavedConfiguration(string path, ErrorLog log)
{
    /// <summary>Keeps a message. That it cannot be written is logged; requests do not depend on it.</summary>
    public void Write(ReadOnlySpan<byte> message)
    {
        try
        {
            PrivateFile.WriteSafely(path, message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Write(LogSeverity.Error, $"[clustering] unable to keep the configuration in {path}: {failure.Message}");
        }
    }

    /// <summary>The message that was kept; null when there is none, or none that can be read.</summary>
    public ValueMap? Read()
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            if (Gzip.Inflate(File.ReadAllBytes(path)) is { } text && ValueJson.TryRead(text, out object? message, out _))
            {
                return message as ValueMap;
            }

            log.Write(LogSeverity.Error, $"[clustering] the configuration that was kept in {path} cannot be read");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Write(LogSeverity.Error, $"[clustering] the configuration that was kept in {path} cannot be read: {failure.Message}");
        }

        return null;
    }
}
