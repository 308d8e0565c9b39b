using System.Runtime.InteropServices;
using System.Text;
using Gibbon.Lua.Native;

namespace Gibbon.Lua.Functions;

/// <summary>A compiled expression and the room for its matches; belongs to one thread.</summary>
internal sealed unsafe class CompiledRegex : SafeHandle
{
    private const uint MostSteps = 100000; // nginx_http_lua_regex_match_limit

    public static readonly nint Limits = MakeLimits();

    public CompiledRegex(ReadOnlySpan<byte> pattern, string options)
        : base(0, ownsHandle: true)
    {
        uint flags = 0;
        foreach (char option in options)
        {
            flags |= option switch
            {
                'a' => Pcre2.Anchored,
                'D' => Pcre2.DuplicateNames,
                'i' => Pcre2.Caseless,
                'm' => Pcre2.Multiline,
                's' => Pcre2.DotAll,
                'u' => Pcre2.Utf,
                'U' => Pcre2.Utf,
                'x' => Pcre2.Extended,
                _ => 0,
            };
        }

        MatchOptions = options.Contains('U', StringComparison.Ordinal) ? Pcre2.NoUtfCheck : 0;
        if (options.FirstOrDefault(static option => !"adDiJjmosuUx".Contains(option, StringComparison.Ordinal)) is var unknown and not '\0')
        {
            Error = $"unknown flag \"{unknown}\" (flags \"{options}\")";
            return;
        }

        byte nothing = 0;
        fixed (byte* text = pattern)
        {
            handle = Pcre2.pcre2_compile_8(text is null ? &nothing : text, (nuint)pattern.Length, flags, out int error, out nuint place, 0);
            if (Code == 0)
            {
                Error = $"pcre2_compile() failed: {Message(error)} in \"{Encoding.UTF8.GetString(pattern)}\" at \"{Encoding.UTF8.GetString(pattern[(int)Math.Min(place, (nuint)pattern.Length)..])}\"";
                return;
            }
        }

        _ = Pcre2.pcre2_jit_compile_8(Code, 1);
        Data = Pcre2.pcre2_match_data_create_from_pattern_8(Code, 0);
        Groups = Info(Pcre2.InfoCaptureCount);
        Names = ReadNames();
    }

    public string? Error { get; }

    public nint Code => handle;

    public override bool IsInvalid => handle == 0;

    public nint Data { get; }

    public uint MatchOptions { get; }

    public uint Groups { get; }

    public IReadOnlyList<(string Name, int Number)> Names { get; } = [];

    protected override bool ReleaseHandle()
    {
        Pcre2.pcre2_match_data_free_8(Data);
        Pcre2.pcre2_code_free_8(handle);
        return true;
    }

    private static nint MakeLimits()
    {
        nint limits = Pcre2.pcre2_match_context_create_8(0);
        _ = Pcre2.pcre2_set_match_limit_8(limits, MostSteps);
        return limits;
    }

    private static string Message(int error)
    {
        byte* buffer = stackalloc byte[256];
        int length = Pcre2.pcre2_get_error_message_8(error, buffer, 256);
        return length > 0 ? Encoding.UTF8.GetString(buffer, length) : $"error {error}";
    }

    private uint Info(uint what)
    {
        uint value = 0;
        _ = Pcre2.pcre2_pattern_info_8(Code, what, &value);
        return value;
    }

    private List<(string Name, int Number)> ReadNames()
    {
        uint count = Info(Pcre2.InfoNameCount);
        uint size = Info(Pcre2.InfoNameEntrySize);
        byte* table = null;
        _ = Pcre2.pcre2_pattern_info_8(Code, Pcre2.InfoNameTable, &table);
        List<(string, int)> names = [];
        for (uint entry = 0; entry < count; entry++)
        {
            byte* at = table + (entry * size);
            names.Add((Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(at + 2)), (at[0] << 8) | at[1]));
        }

        return names;
    }
}
