using System.Globalization;
using Gibbon.Settings;

namespace Gibbon.Cli.Processes;

/// <summary>
/// <c>PREFIX/pids/nginx.pid</c>, and a lock beside it that the node holds while it runs. After a crash the number may belong to
/// another process (in a container it nearly always does); the lock never does.
/// </summary>
internal sealed class PidFile : IDisposable
{
    private const int TakeAttempts = 20;

    private readonly string path;
    private readonly FileStream held;

    private PidFile(string path, FileStream held)
    {
        this.path = path;
        this.held = held;
        File.WriteAllText(path, $"{Environment.ProcessId}\n");
    }

    /// <returns>The running node's process id; null when none runs.</returns>
    public static int? ReadRunning(string prefix)
    {
        var path = new PrefixLayout(prefix).PidFile;
        try
        {
            return File.Exists(path) && IsHeld(LockOf(path))
                && int.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                ? process : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes this process's id; it stands until disposed.</summary>
    /// <returns>Null when another node holds it.</returns>
    public static PidFile? Take(string prefix)
    {
        var path = new PrefixLayout(prefix).PidFile;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var attempt = 0; attempt < TakeAttempts; attempt++)
        {
            try
            {
                return new PidFile(path, new FileStream(LockOf(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                // Held by a node, or for microseconds by a command that asks whether there is one.
#pragma warning disable RS0030 // a command at its start: nobody else waits for this thread
                Thread.Sleep(5);
#pragma warning restore RS0030
            }
        }

        return null;
    }

    public void Dispose()
    {
        File.Delete(path);
        held.Dispose();
    }

    private static string LockOf(string path) => path + ".lock";

    private static bool IsHeld(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
