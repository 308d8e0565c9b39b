using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary>
/// Getters of texts, for compiled Lua. A function of the C API is one that LuaJIT cannot compile, and what calls it it interprets; one that is called through the FFI, with a buffer for
/// what it answers, it can. Whatever is out of the ordinary here, errors above all, is left to the function of the same name that goes by the C API.
/// </summary>
internal static unsafe class TextGetters
{
    private const int Nil = -1;
    private const int AskTheOther = -2;

    private static readonly (string Name, Getter Write)[] All =
    [
        ("request_scheme", static (state, room) => Write(state.Context!.Request.Scheme, room)),
        ("request_host", static (state, room) => Write(state.Context!.Request.Host, room)),
        ("request_forwarded_scheme", static (state, room) => Write(state.Context!.Request.ForwardedScheme, room)),
        ("request_forwarded_host", static (state, room) => Write(state.Context!.Request.ForwardedHost, room)),
        ("request_forwarded_path", static (state, room) => Write(state.Context!.Request.ForwardedPath, room)),
        ("request_forwarded_prefix", static (state, room) => Write(state.Context!.Request.ForwardedPrefix, room)),
        ("request_method", static (state, room) => Write(state.Context!.Request.Method, room)),
        ("request_path", static (state, room) => Write(state.Context!.Request.PathBytes, room)),
        ("request_raw_path", static (state, room) => Write(state.Context!.Request.RawPath, room)),
        ("request_path_with_query", static (state, room) => Write(state.Context!.Request.PathWithQuery, room)),
        ("request_raw_query", static (state, room) => Write(state.Context!.Request.RawQuery, room)),
        ("request_id", static (state, room) => Write(state.Context!.Request.Id, room)),
        ("client_ip", static (state, room) => Write(state.Context!.Client.Ip.ToString(), room)),
        ("client_forwarded_ip", static (state, room) => Write(state.Context!.Client.ForwardedIpText, room)),
        ("node_id", static (state, room) => state.Surroundings.Host!.Node.Id.TryFormat(room, out int length) ? length : AskTheOther),
        ("plugin_id", static (state, room) => state.Context!.Plugin is not { } plugin ? Nil : plugin.Id.TryFormat(room, out int length) ? length : AskTheOther),
    ];

    /// <summary>What our own Lua makes getters of: the names in the order of their numbers, and the functions that are called.</summary>
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> Functions { get; } = [new("text_getters", Describe)];

    // What a getter answers goes into the room; the answer is its length.
    private delegate int Getter(LuaState state, Span<byte> room);

    private static int Describe(LuaCall call)
    {
        LuaStack.Push(call.L, string.Join(' ', All.Select(static getter => getter.Name)));
        LuaApi.lua_pushlightuserdata(call.L, (nint)(delegate* unmanaged[Cdecl]<nint, int, byte*, int, int>)&Get);
        LuaApi.lua_pushlightuserdata(call.L, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, byte*, int, int>)&GetHeader);
        LuaApi.lua_pushlightuserdata(call.L, call.State.Own);
        return 4;
    }

    // Optimized as LuaState's entrance is, and for its reason. What they call is compiled anew with what has been learnt of it, so they do nothing themselves.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Get(nint state, int number, byte* room, int size)
    {
        try
        {
            return Get(LuaState.Of(state), number, new Span<byte>(room, size));
        }
        catch (Exception)
        {
            // The other one fails too, and says how.
            return AskTheOther;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int GetHeader(nint state, byte* name, int length, byte* room, int size)
    {
        try
        {
            return GetHeader(LuaState.Of(state), new ReadOnlySpan<byte>(name, length), new Span<byte>(room, size));
        }
        catch (Exception)
        {
            return AskTheOther;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Get(LuaState? state, int number, Span<byte> room) => state is { Context: not null } ? All[number].Write(state, room) : AskTheOther;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int GetHeader(LuaState? state, ReadOnlySpan<byte> name, Span<byte> room) =>
        state is not { Context: { } context } || state.Names.Find(name) is not { } known ? AskTheOther
            : context.Request.TryGetHeader(known, out ReadOnlySpan<byte> value) ? Write(value, room)
            : Nil;

    private static int Write(ReadOnlySpan<byte> text, Span<byte> room) => text.TryCopyTo(room) ? text.Length : AskTheOther;

    private static int Write(string? text, Span<byte> room) =>
        text is null ? Nil : Encoding.UTF8.TryGetBytes(text, room, out int length) ? length : AskTheOther;
}
