using System.Reflection;
using System.Runtime.InteropServices;

namespace Gibbon.Storage.Sqlite;

/// <summary>
/// The system's SQLite, which its distribution keeps up to date; none comes with Gibbon. The name under which the provider asks for it is led there.
/// </summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<string?> Missing = new(Load);

    /// <summary>Makes SQLite ready for use.</summary>
    /// <exception cref="InvalidOperationException">It is not installed; the message says which package has it.</exception>
    public static void Ensure()
    {
        if (Missing.Value is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    private static string? Load()
    {
        string[] names = OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"] : ["libsqlite3.so.0", "libsqlite3.so"];
        nint library = 0;
        if (!names.Any(name => NativeLibrary.TryLoad(name, typeof(SqliteLibrary).Assembly, DllImportSearchPath.SafeDirectories, out library)))
        {
            return "database = sqlite needs the library libsqlite3.so.0: install it (Debian, Ubuntu: apt-get install libsqlite3-0), or set database = off";
        }

        NativeLibrary.SetDllImportResolver(
            typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly,
            (string name, Assembly _, DllImportSearchPath? _) => name == "e_sqlite3" ? library : 0);
        SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
        return null;
    }
}
