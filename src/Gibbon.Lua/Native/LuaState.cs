using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gibbon.Lua.Host;
using Gibbon.Pdk;

namespace Gibbon.Lua.Native;

/// <summary>
/// A Lua state: one world of globals and modules. One thread may be in it at a time, which whoever owns it sees to. Functions of C# reach Lua through a single native
/// function, which finds the state by the thread and the function by its upvalue.
/// </summary>
internal sealed unsafe class LuaState : SafeHandle
{
    // Every state that is opened loads the same ones.
    private static readonly ConcurrentDictionary<string, byte[]> Modules = new(StringComparer.Ordinal);

    [ThreadStatic]
    private static LuaState? entered;

    private readonly LuaFunction[] _functions;
    private readonly int _traceback;
    private GCHandle _own;

    public LuaState(IReadOnlyList<KeyValuePair<string, LuaFunction>> functions, LuaSurroundings surroundings)
        : base(0, ownsHandle: true)
    {
        if (!LuaLibrary.IsInstalled)
        {
            throw new PluginLoadException(LuaLibrary.Missing);
        }

        SetHandle(LuaApi.luaL_newstate());
        if (IsInvalid)
        {
            throw new PluginLoadException("LuaJIT could not make a state: no memory");
        }

        Surroundings = surroundings;
        Stamps = new LuaStamps();
        _own = GCHandle.Alloc(this, GCHandleType.Weak);
        _functions = [.. functions.Select(static function => function.Value)];
        LuaApi.luaL_openlibs(Main);
        LuaApi.lua_createtable(Main, 8, 0); // place 1 of the main stack: what runs now, see Modules/gibbon/host.lua
        LuaApi.lua_createtable(Main, 0, _functions.Length);
        for (int number = 0; number < _functions.Length; number++)
        {
            LuaApi.lua_pushinteger(Main, number);
            LuaApi.lua_pushcclosure(Main, &Dispatch, 1);
            LuaStack.SetField(Main, functions[number].Key);
        }

        LuaApi.lua_pushvalue(Main, -1);
        Natives = LuaApi.luaL_ref(Main, LuaApi.Registry);
        LuaApi.lua_settop(Main, 1);
        LuaStack.GetField(Main, Globals, "debug");
        LuaStack.GetField(Main, -1, "traceback");
        _traceback = LuaApi.luaL_ref(Main, LuaApi.Registry);
        LuaApi.lua_settop(Main, 1);
    }

    private const int Globals = -10002;

    public nint Main => handle;

    public override bool IsInvalid => handle == 0;

    public LuaSurroundings Surroundings { get; }

    /// <summary>A reference to the table of the native functions.</summary>
    public int Natives { get; }

    /// <summary>The number of the worker; negative for a state that serves no requests.</summary>
    public int WorkerId { get; init; }

    /// <summary>A reference to the metatable that marks a table as an array.</summary>
    public int ArrayMetatable { get; set; }

    /// <summary>What runs in the state now.</summary>
    public LuaRun? Run { get; set; }

    /// <summary>The request of what runs now.</summary>
    public RequestContext? Context { get; set; }

    /// <summary>What <see cref="Of"/> finds the state by, for as long as it is open: quicker than by the thread.</summary>
    public nint Own => GCHandle.ToIntPtr(_own);

    public static LuaState? Of(nint own) => Unsafe.As<LuaState?>(GCHandle.FromIntPtr(own).Target);

    /// <summary>What answers that its Lua keeps go by.</summary>
    public LuaStamps Stamps { get; }

    /// <summary>The names that its plugins ask for.</summary>
    public KnownNames Names { get; } = new();

    /// <summary>Makes this the state of the thread.</summary>
    /// <returns>The state that was, to be given to <see cref="Leave"/>.</returns>
    public LuaState? Enter()
    {
        LuaState? before = entered;
        entered = this;
        return before;
    }

    public static void Leave(LuaState? before) => entered = before;

    /// <summary>Compiles a text and leaves the function on the stack.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Load(ReadOnlySpan<byte> text, string name)
    {
        byte[] chunk = [.. System.Text.Encoding.UTF8.GetBytes(name), 0];
        byte nothing = 0;
        fixed (byte* start = text)
        fixed (byte* label = chunk)
        {
            return LuaApi.luaL_loadbufferx(Main, start is null ? &nothing : start, (nuint)text.Length, label, null) == 0 ? null : TakeError();
        }
    }

    /// <summary>Calls the function under the arguments.</summary>
    /// <returns>The error with its traceback, or null.</returns>
    public string? Call(int arguments, int results)
    {
        int place = LuaApi.lua_gettop(Main) - arguments;
        LuaApi.lua_rawgeti(Main, LuaApi.Registry, _traceback);
        LuaApi.lua_insert(Main, place);
        LuaState? before = Enter();
        int status;
        try
        {
            status = LuaApi.lua_pcall(Main, arguments, results, place);
        }
        finally
        {
            Leave(before);
        }

        LuaApi.lua_remove(Main, place);
        return status == 0 ? null : TakeError();
    }

    /// <summary>Takes the value on the top of the stack into safe keeping.</summary>
    public int Keep() => LuaApi.luaL_ref(Main, LuaApi.Registry);

    public void Forget(int reference) => LuaApi.luaL_unref(Main, LuaApi.Registry, reference);

    public static void PushKept(nint L, int reference) => LuaApi.lua_rawgeti(L, LuaApi.Registry, reference);

    /// <summary>How much memory the state uses, in bytes.</summary>
    public long Memory => ((long)LuaApi.lua_gc(Main, 3, 0) * 1024) + LuaApi.lua_gc(Main, 4, 0);

    /// <summary>Collects what nobody holds any more.</summary>
    public void Collect() => _ = LuaApi.lua_gc(Main, 2, 0);

    /// <summary>The text of one of our own Lua files; null if there is none of that name.</summary>
    public static byte[]? OwnModule(string name)
    {
        if (Modules.TryGetValue(name, out byte[]? known))
        {
            return known;
        }

        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        byte[] text = new byte[stream.Length];
        stream.ReadExactly(text);
        return Modules.GetOrAdd(name, text);
    }

    public string TakeError()
    {
        string error = LuaValues.Describe(Main, -1);
        LuaApi.lua_settop(Main, -2);
        return error;
    }

    protected override bool ReleaseHandle()
    {
        // Finalizers of Lua run in here: they must not take the state that the thread happens to be in for their own.
        LuaState? before = entered;
        entered = null;
        LuaApi.lua_close(handle);
        entered = before;
        Stamps.Free();
        _own.Free();
        return true;
    }

    // The runtime never compiles anew what native code calls: code compiled ahead would stay, with its detours, for ever.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Dispatch(nint L)
    {
        try
        {
            // Without a state this is a finalizer that runs while the state is closed.
            if (entered is not { } state)
            {
                return 0;
            }

            // Whatever it is that is called: what it changes need not be known here.
            state.Stamps.Change();
            return state._functions[LuaApi.lua_tointeger(L, LuaApi.Upvalue(1))](new LuaCall(L, state));
        }
        catch (Exception failure)
        {
            return Fail(L, failure);
        }
    }

    private static int Fail(nint L, Exception failure)
    {
        LuaApi.lua_settop(L, 0);
        LuaApi.lua_pushlightuserdata(L, LuaMark.Failed);
        LuaStack.Push(L, failure is KongArgumentException or InvalidOperationException or LuaException ? failure.Message : failure.ToString());
        return 2;
    }
}
