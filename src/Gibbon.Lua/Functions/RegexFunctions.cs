using System.Text;
using Gibbon.Lua.Native;

namespace Gibbon.Lua.Functions;

/// <summary>Regular expressions for <c>ngx.re</c>, by PCRE2. The Lua around it makes tables and replacements of the places.</summary>
internal static unsafe class RegexFunctions
{
    private const int MaxCached = 8192;

    [ThreadStatic]
    private static Dictionary<(string Pattern, string Options), CompiledRegex>? cache;

    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("regex_match", static call => Match(call)),
        new("regex_names", static call => Names(call)),
    ];

    // regex_match(subject, pattern, options, start): the places of the groups as pairs of numbers from 1, -1 for none; nothing for no match; or nil and an error
    private static int Match(LuaCall call)
    {
        if (!LuaLibrary.HasRegex)
        {
            return call.Refuse("ngx.re needs PCRE2, which was not found: install the package libpcre2-8-0 (Debian, Ubuntu)");
        }

        CompiledRegex regex = Get(call);
        if (regex.Error is { } error)
        {
            return call.Refuse(error);
        }

        ReadOnlySpan<byte> subject = call.Bytes(1);
        int start = (int)call.Number(4) - 1;
        if (start < 0 || start > subject.Length)
        {
            return 0;
        }

        byte nothing = 0;
        int count;
        fixed (byte* text = subject)
        {
            count = Pcre2.pcre2_match_8(
                regex.Code, text is null ? &nothing : text, (nuint)subject.Length, (nuint)start, regex.MatchOptions, regex.Data, CompiledRegex.Limits);
        }

        if (count == Pcre2.NoMatch)
        {
            return 0;
        }

        if (count < 0)
        {
            return call.Refuse($"pcre2_match() failed: {count}");
        }

        nuint* places = Pcre2.pcre2_get_ovector_pointer_8(regex.Data);
        int groups = (int)regex.Groups + 1;
        _ = LuaApi.lua_checkstack(call.L, 2 * groups);
        for (int group = 0; group < groups; group++)
        {
            bool took = group < count && places[2 * group] != nuint.MaxValue;
            LuaApi.lua_pushnumber(call.L, took ? places[2 * group] + 1 : -1);
            LuaApi.lua_pushnumber(call.L, took ? places[(2 * group) + 1] : -1);
        }

        return 2 * groups;
    }

    // regex_names(pattern, options): the number of groups, and name, number … for those that have a name
    private static int Names(LuaCall call)
    {
        LuaApi.lua_pushnil(call.L);
        LuaApi.lua_insert(call.L, 1);
        CompiledRegex regex = Get(call);
        _ = LuaApi.lua_checkstack(call.L, (2 * regex.Names.Count) + 2);
        LuaApi.lua_pushnumber(call.L, regex.Groups);
        foreach ((string name, int number) in regex.Names)
        {
            LuaStack.Push(call.L, name);
            LuaApi.lua_pushnumber(call.L, number);
        }

        return 1 + (2 * regex.Names.Count);
    }

    private static CompiledRegex Get(LuaCall call)
    {
        // Latin-1 keeps bytes apart that UTF-8 would not.
        (string, string) key = (Encoding.Latin1.GetString(call.Bytes(2)), call.TextOrNull(3) ?? "");
        cache ??= [];
        if (!cache.TryGetValue(key, out CompiledRegex? regex))
        {
            if (cache.Count >= MaxCached)
            {
                cache.Clear();
            }

            cache[key] = regex = new CompiledRegex(call.Bytes(2), key.Item2);
        }

        return regex;
    }
}
