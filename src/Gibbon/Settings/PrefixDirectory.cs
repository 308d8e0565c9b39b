namespace Gibbon.Settings;

/// <summary>Makes the working directory ready for a node: directories, default certificates, log files, the saved settings.</summary>
internal static class PrefixDirectory
{
    /// <summary>Makes the directory itself if it is missing.</summary>
    /// <returns>What <c>start</c> announces (null: nothing), and what went wrong (null: nothing).</returns>
    public static (string? Notice, string? Error) Create(string prefix)
    {
        if (Directory.Exists(prefix))
            return (null, null);
        if (File.Exists(prefix))
            return (null, $"{prefix} is not a directory");

        var notice = $"prefix directory {prefix} not found, trying to create it";
        try
        {
            Directory.CreateDirectory(prefix);
            return (notice, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (notice, $"could not create prefix directory {prefix}: {exception.Message}");
        }
    }

    /// <returns>Null when all is there, else one line that says what could not be made and where.</returns>
    public static string? Prepare(GatewaySettings settings)
    {
        var prefix = settings.Node.Prefix;
        var layout = new PrefixLayout(prefix);
        try
        {
            foreach (var name in (ReadOnlySpan<string>)["pids", "logs", "sockets"])
                Directory.CreateDirectory(Path.Combine(prefix, name));
            DefaultCertificates.Ensure(settings);
            TouchLogs(settings.Logs);
            WriteTrusted(settings.Tls, layout.TrustedCertificates);
            SavedSettings.Write(settings);
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            return $"cannot write in prefix directory {prefix}: {exception.Message}";
        }
        catch (IOException exception)
        {
            return $"cannot prepare prefix directory {prefix}: {exception.Message}";
        }
    }

    // Opened here, a log that cannot be written is an error of "start" and not a silence later.
    private static void TouchLogs(LogSettings logs)
    {
        LogTarget[] targets =
        [
            logs.ProxyAccess, logs.ProxyError, logs.StreamAccess, logs.StreamError, logs.AdminAccess,
            logs.AdminError, logs.StatusAccess, logs.StatusError, logs.ManagerAccess, logs.ManagerError,
        ];
        foreach (var path in targets.Select(target => target.Path).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!path.StartsWith("/dev/", StringComparison.Ordinal))
                new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
    }

    private static void WriteTrusted(TlsSettings tls, string path)
    {
        if (tls.TrustedCertificates.IsEmpty)
            return;
        var bundles = tls.TrustedCertificates.Select(source => CertificateFiles.IsPem(source) ? source : File.ReadAllText(source));
        File.WriteAllText(path, string.Join('\n', bundles));
    }
}
