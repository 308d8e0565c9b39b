using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary>
/// Getters for compiled Lua. A function of the C API is one that LuaJIT cannot compile, and what calls it it interprets; one that is called through the FFI, with a buffer for
/// what it answers, it can. Whatever is out of the ordinary here, errors above all, is left to the function of the same name that goes by the C API.
/// </summary>
internal static unsafe class CompiledGetters
{
    private const int Nil = -1;
    private const int AskTheOther = -2;
    private const int True = -3;
    private const int AsBefore = -4;

    // With each, for how long what it has answered holds. Headers and the query are changed by what is set for the service, now or one day: they are asked for anew.
    private static readonly (string Name, int Stamp, TextGetter Write)[] Texts =
    [
        ("request_scheme", LuaStamps.Request, static (state, room) => Write(state.Context!.Request.Scheme, room)),
        ("request_host", LuaStamps.Request, static (state, room) => Write(state.Context!.Request.Host, room)),
        ("request_forwarded_scheme", LuaStamps.Step, static (state, room) => Write(state.Context!.Request.ForwardedScheme, room)),
        ("request_forwarded_host", LuaStamps.Step, static (state, room) => Write(state.Context!.Request.ForwardedHost, room)),
        ("request_forwarded_path", LuaStamps.Step, static (state, room) => Write(state.Context!.Request.ForwardedPath, room)),
        ("request_forwarded_prefix", LuaStamps.Step, static (state, room) => Write(state.Context!.Request.ForwardedPrefix, room)),
        ("request_method", LuaStamps.Step, static (state, room) => Write(state.Context!.Request.Method, room)),
        ("request_path", LuaStamps.Request, static (state, room) => Write(state.Context!.Request.PathBytes, room)),
        ("request_raw_path", LuaStamps.Request, static (state, room) => Write(state.Context!.Request.RawPath, room)),
        ("request_path_with_query", LuaStamps.Request, static (state, room) => Write(state.Context!.Request.PathWithQuery, room)),
        ("request_raw_query", LuaStamps.Step, static (state, room) => Write(state.Context!.Request.RawQuery, room)),
        ("request_id", LuaStamps.Request, static (state, room) => Write(state.Context!.Request.Id, room)),
        ("client_ip", LuaStamps.Request, static (state, room) => Write(state.Context!.Client.Ip.ToString(), room)),
        ("client_forwarded_ip", LuaStamps.Request, static (state, room) => Write(state.Context!.Client.ForwardedIpText, room)),
        ("node_id", LuaStamps.Ever, static (state, room) => Write(state.Surroundings.Host!.Node.Id, room)),
        ("plugin_id", LuaStamps.Step, static (state, room) => state.Context!.Plugin is not { } plugin ? Nil : Write(plugin.Id, room)),
    ];

    private static readonly (string Name, int Stamp, NumberGetter Read)[] Numbers =
    [
        ("request_port", LuaStamps.Request, static context => context.Request.Port),
        ("request_forwarded_port", LuaStamps.Step, static context => context.Request.ForwardedPort),
        ("request_http_version", LuaStamps.Request, static context => context.Request.HttpVersion is { } version ? version.Major + (version.Minor / 10.0) : double.NaN),
        ("request_start_time", LuaStamps.Request, static context => context.Request.StartTime.ToUnixTimeMilliseconds()),
        ("client_port", LuaStamps.Request, static context => context.Client.Port),
        ("client_forwarded_port", LuaStamps.Request, static context => context.Client.ForwardedPort),
        ("client_has_consumer", LuaStamps.Step, static context => context.Client.Consumer is null ? 0 : 1),
    ];

    /// <summary>What our own Lua makes getters of: the names in the order of their numbers, each with the place of its stamp, and the functions that are called.</summary>
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> Functions { get; } = [new("compiled_getters", Describe)];

    // What a getter answers goes into the room; the answer is its length.
    private delegate int TextGetter(LuaState state, Room room);

    // Not a number: ask the other.
    private delegate double NumberGetter(RequestContext context);

    private static int Describe(LuaCall call)
    {
        nint L = call.L;
        LuaApi.lua_pushlightuserdata(L, call.State.Own);
        LuaApi.lua_pushlightuserdata(L, call.State.Stamps.Address);
        LuaStack.Push(L, string.Join(' ', Texts.Select(static getter => $"{getter.Name}:{getter.Stamp}")));
        LuaApi.lua_pushlightuserdata(L, (nint)(delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, int>)&GetText);
        LuaStack.Push(L, string.Join(' ', Numbers.Select(static getter => $"{getter.Name}:{getter.Stamp}")));
        LuaApi.lua_pushlightuserdata(L, (nint)(delegate* unmanaged[Cdecl]<nint, int, double>)&GetNumber);
        LuaApi.lua_pushlightuserdata(L, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, byte*, int, int, int>)&GetHeader);
        LuaApi.lua_pushlightuserdata(L, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, byte*, int, int, int>)&GetQueryArgument);
        return 8;
    }

    // Optimized as LuaState's entrance is, and for its reason. What they call is compiled anew with what has been learnt of it, so they do nothing themselves.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int GetText(nint state, int number, byte* room, int size, int before)
    {
        try
        {
            return GetText(LuaState.Of(state), number, new Room(room, size, before));
        }
        catch (Exception)
        {
            // The other one fails too, and says how.
            return AskTheOther;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double GetNumber(nint state, int number)
    {
        try
        {
            return GetNumber(LuaState.Of(state), number);
        }
        catch (Exception)
        {
            return double.NaN;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int GetHeader(nint state, byte* name, int length, byte* room, int size, int before)
    {
        try
        {
            return GetHeader(LuaState.Of(state), new ReadOnlySpan<byte>(name, length), new Room(room, size, before));
        }
        catch (Exception)
        {
            return AskTheOther;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int GetQueryArgument(nint state, byte* name, int length, byte* room, int size, int before)
    {
        try
        {
            return GetQueryArgument(LuaState.Of(state), new ReadOnlySpan<byte>(name, length), new Room(room, size, before));
        }
        catch (Exception)
        {
            return AskTheOther;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int GetText(LuaState? state, int number, Room room) => state is { Context: not null } ? Texts[number].Write(state, room) : AskTheOther;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double GetNumber(LuaState? state, int number) => state is { Context: { } context } ? Numbers[number].Read(context) : double.NaN;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int GetHeader(LuaState? state, ReadOnlySpan<byte> name, Room room) =>
        state is not { Context: { } context } || state.Names.Find(name) is not { } known ? AskTheOther
            : context.Request.TryGetHeader(known, out ReadOnlySpan<byte> value) ? Write(value, room)
            : Nil;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int GetQueryArgument(LuaState? state, ReadOnlySpan<byte> name, Room room) =>
        state is not { Context: { } context } || state.Names.Find(name) is not { } known ? AskTheOther
            : context.Request.GetQueryArg(known) is { IsFlag: false } value ? Write(value.First, room)
            : True;

    private static int Write(ReadOnlySpan<byte> text, Room room) =>
        room.HasBefore && text.SequenceEqual(room.Before) ? AsBefore : text.TryCopyTo(room.Whole) ? text.Length : AskTheOther;

    private static int Write(string? text, Room room) =>
        text is null ? Nil : room.HasBefore && Ascii.Equals(room.Before, text) ? AsBefore : Encoding.UTF8.TryGetBytes(text, room.Whole, out int length) ? length : AskTheOther;

    private static int Write<T>(T value, Room room)
        where T : IUtf8SpanFormattable => value.TryFormat(room.Whole, out int length, default, null) ? length : AskTheOther;

    // Where an answer goes, in which the one before still lies. One that is the same is a string of Lua already, and to make it one costs more than to compare it.
    private readonly ref struct Room(byte* start, int size, int before)
    {
        public Span<byte> Whole => new(start, size);

        public bool HasBefore => before >= 0;

        public ReadOnlySpan<byte> Before => new(start, before);
    }
}
