using System.Runtime.InteropServices;

namespace Gibbon.Lua.Native;

/// <summary>The functions of PCRE2 that <c>ngx.re</c> needs, for texts of bytes.</summary>
internal static unsafe partial class Pcre2
{
    public const string Library = "pcre2";

    public const uint Caseless = 0x8;
    public const uint DollarEndOnly = 0x10;
    public const uint DotAll = 0x20;
    public const uint DuplicateNames = 0x40;
    public const uint Extended = 0x80;
    public const uint Multiline = 0x400;
    public const uint Utf = 0x80000;
    public const uint Anchored = 0x80000000;
    public const uint NoUtfCheck = 0x40000000;
    public const uint MatchUnsetBackReferences = 0x200;

    public const int NoMatch = -1;
    public const uint InfoCaptureCount = 4;
    public const uint InfoNameCount = 17;
    public const uint InfoNameEntrySize = 18;
    public const uint InfoNameTable = 19;

    [LibraryImport(Library)]
    public static partial nint pcre2_compile_8(byte* pattern, nuint length, uint options, out int error, out nuint offset, nint context);

    [LibraryImport(Library)]
    public static partial int pcre2_jit_compile_8(nint code, uint options);

    [LibraryImport(Library)]
    public static partial void pcre2_code_free_8(nint code);

    [LibraryImport(Library)]
    public static partial nint pcre2_match_data_create_from_pattern_8(nint code, nint context);

    [LibraryImport(Library)]
    public static partial void pcre2_match_data_free_8(nint data);

    [LibraryImport(Library)]
    public static partial int pcre2_match_8(nint code, byte* subject, nuint length, nuint start, uint options, nint data, nint context);

    [LibraryImport(Library)]
    public static partial nuint* pcre2_get_ovector_pointer_8(nint data);

    [LibraryImport(Library)]
    public static partial int pcre2_pattern_info_8(nint code, uint what, void* where);

    [LibraryImport(Library)]
    public static partial int pcre2_get_error_message_8(int error, byte* buffer, nuint length);

    [LibraryImport(Library)]
    public static partial nint pcre2_match_context_create_8(nint context);

    [LibraryImport(Library)]
    public static partial int pcre2_set_match_limit_8(nint context, uint limit);
}
