using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gibbon.Lua.Native;

/// <summary>Finds the libraries of the system. Nobody needs them who has no Lua plugin.</summary>
internal static partial class LuaLibrary
{
    private const int Attempts = 8;
    private const int Lazily = 0x1;
    private const int Globally = 0x100;

    /// <summary>What somebody reads who needs Lua and has no LuaJIT.</summary>
    public const string Missing = "Lua plugins need LuaJIT, which was not found: install the package libluajit2-5.1-2 (Debian, Ubuntu)";

    private static readonly string[] LuaNames = ["libluajit-5.1.so.2", "libluajit-5.1.so", "libluajit-5.1.2.dylib", "lua51.dll"];

    private static readonly string[] Pcre2Names = ["libpcre2-8.so.0", "libpcre2-8.so", "libpcre2-8.dylib", "pcre2-8.dll"];

    private static readonly Lazy<nint> Lua = new(FindLua);

    private static readonly Lazy<nint> Regex = new(static () => Find(Pcre2Names).Library);

    // With the assembly, not with the first use: the compiler looks for some functions when it compiles their callers, which may be before anything here was asked.
#pragma warning disable CA2255 // an initializer of the module is what this takes
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(LuaLibrary).Assembly, Resolve);
#pragma warning restore CA2255

    /// <summary>Whether LuaJIT is installed. To be asked before anything of it is called.</summary>
    public static bool IsInstalled => Lua.Value != 0;

    /// <summary>Whether PCRE2 is installed, which <c>ngx.re</c> needs.</summary>
    public static bool HasRegex => Regex.Value != 0;

    /// <summary>The address of a function of LuaJIT that is only ever passed on.</summary>
    public static nint AddressOf(string function) => NativeLibrary.GetExport(Lua.Value, function);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        LuaApi.Library => Lua.Value,
        Pcre2.Library => Regex.Value,
        _ => 0,
    };

    private static nint FindLua()
    {
        for (int attempt = 1; ; attempt++)
        {
            using RoomAround room = RoomAround.Make();
            (nint library, string name) = Find(LuaNames);
            if (library == 0)
            {
                return 0;
            }

            if (attempt < Attempts && !room.Has(NativeLibrary.GetExport(library, nameof(LuaApi.lua_close))))
            {
                NativeLibrary.Free(library);
                continue;
            }

            // Rocks written in C find LuaJIT's functions among those that everybody sees, as in a program that is linked with it.
            if (OperatingSystem.IsLinux())
            {
                _ = dlopen(name, Lazily | Globally);
            }

            return library;
        }
    }

    private static (nint Library, string Name) Find(string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return (library, name);
            }
        }

        return (0, "");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string name, int how);
}
