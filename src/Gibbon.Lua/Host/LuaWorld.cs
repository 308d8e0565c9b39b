using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>What a state has in it beyond LuaJIT: our own Lua, and the place where that finds what runs now.</summary>
internal static class LuaWorld
{
    // Places of the table at place 1 of the main stack; Modules/gibbon/host.lua knows them too.
    private const int CurrentRequest = 1;
    private const int CurrentPhase = 2;
    private const int CurrentPlugin = 3;
    private const int Requests = 4;
    private const int Loaders = 5;
    private const int RequestPlaces = 12;
    private const int RequestPlugins = 1;

    /// <summary>A state with everything loaded but plugins.</summary>
    /// <param name="surroundings">What it is in.</param>
    /// <param name="worker">The number of the worker; negative for a state that serves no requests.</param>
    /// <param name="driver">A reference to the function that coroutines run.</param>
    public static LuaState Open(LuaSurroundings surroundings, int worker, out int driver)
    {
        var state = new LuaState(NativeFunctions.All, surroundings) { WorkerId = worker };
        nint L = state.Main;
        LuaApi.lua_createtable(L, 64, 0);
        LuaApi.lua_rawseti(L, 1, Requests);
        string? error = state.Load(LuaState.OwnModule("gibbon.host"), "=gibbon.host");
        if (error is null)
        {
            LuaState.PushKept(L, state.Natives);
            LuaApi.lua_pushvalue(L, 1);
            LuaStack.Push(L, PackagePath(surroundings));
            LuaStack.Push(L, surroundings.Settings["lua_package_cpath"] as string ?? "");
            error = state.Call(4, 2);
        }

        if (error is not null)
        {
            throw new LuaException(error);
        }

        state.ArrayMetatable = state.Keep();
        driver = state.Keep();
        return state;
    }

    public static void SetCurrent(LuaState state, LuaRun? run)
    {
        nint L = state.Main;
        if (run?.Request is { } request)
        {
            LuaApi.lua_rawgeti(L, 1, Requests);
            LuaApi.lua_rawgeti(L, -1, request.Table);
            if (LuaStack.TypeOf(L, -1) == LuaType.Nil)
            {
                LuaApi.lua_settop(L, -2);
                LuaApi.lua_createtable(L, RequestPlaces, RequestPlugins);
                LuaApi.lua_pushvalue(L, -1);
                LuaApi.lua_rawseti(L, -3, request.Table);
            }

            LuaApi.SetPlace(L, 1, CurrentRequest);
            LuaApi.lua_settop(L, -2);
        }
        else
        {
            LuaApi.lua_pushboolean(L, 0);
            LuaApi.SetPlace(L, 1, CurrentRequest);
        }

        LuaApi.lua_pushinteger(L, (nint)(run?.Phase ?? Phase.None));
        LuaApi.SetPlace(L, 1, CurrentPhase);
        if (run?.Plugin is { } plugin)
        {
            LuaState.PushKept(L, run.Worker.Loaded(plugin).Handler);
        }
        else
        {
            LuaApi.lua_pushboolean(L, 0);
        }

        LuaApi.SetPlace(L, 1, CurrentPlugin);
    }

    /// <summary>Empties the table of a request that has ended, for the next one.</summary>
    public static void ClearRequest(LuaState state, int table)
    {
        nint L = state.Main;
        LuaApi.lua_rawgeti(L, 1, Requests);
        LuaApi.lua_rawgeti(L, -1, table);
        int place = LuaApi.lua_gettop(L);
        if (LuaStack.TypeOf(L, place) == LuaType.Table)
        {
            // Few of its places have been used.
            LuaApi.lua_pushnil(L);
            while (LuaApi.lua_next(L, place) != 0)
            {
                LuaApi.lua_settop(L, -2);
                LuaApi.lua_pushvalue(L, -1);
                LuaApi.lua_pushnil(L);
                LuaApi.lua_rawset(L, place);
            }
        }

        LuaApi.lua_settop(L, 1);
    }

    public static int PushStart(LuaRun run, int driver)
    {
        if (run.IsFresh)
        {
            LuaState.PushKept(run.Thread, driver);
            run.IsFresh = false;
        }

        if (run.Starting is { } starting)
        {
            return starting(run.Thread);
        }

        LoadedPlugin plugin = run.Worker.Loaded(run.Plugin!);
        LuaState.PushKept(run.Thread, plugin[run.Phase]);
        LuaState.PushKept(run.Thread, plugin.Handler);
        LuaState.PushKept(run.Thread, plugin.Config(run.Config!, run.Context?.Plugin));
        return 3;
    }

    /// <summary>Loads a plugin's handler and leaves it on the stack.</summary>
    /// <exception cref="PluginLoadException">There is none, or it is broken.</exception>
    public static LuaState LoadHandler(LuaState state, string plugin)
    {
        LoadFile(state, "load_handler", plugin);
        return state;
    }

    /// <summary>Loads a file of a plugin and leaves what it returns on the stack.</summary>
    /// <param name="state">The state.</param>
    /// <param name="loader">The function of Modules/gibbon/plugins.lua.</param>
    /// <param name="plugin">The plugin's name.</param>
    public static void LoadFile(LuaState state, string loader, string plugin)
    {
        nint L = state.Main;
        LuaApi.lua_rawgeti(L, 1, Loaders);
        LuaStack.GetField(L, -1, loader);
        LuaApi.lua_remove(L, -2);
        LuaStack.Push(L, plugin);
        if (state.Call(1, 1) is { } error)
        {
            throw new PluginLoadException(error);
        }

        if (LuaStack.TypeOf(L, -1) == LuaType.String)
        {
            string message = LuaStack.Text(L, -1)!;
            LuaApi.lua_settop(L, -2);
            throw new PluginLoadException(message);
        }
    }

    /// <summary>Pushes one of the functions of Modules/gibbon/plugins.lua on a coroutine's stack.</summary>
    public static void PushLoader(LuaState state, nint thread, string loader)
    {
        nint L = state.Main;
        LuaApi.lua_rawgeti(L, 1, Loaders);
        LuaStack.GetField(L, -1, loader);
        LuaApi.lua_xmove(L, thread, 1);
        LuaApi.lua_settop(L, -2);
    }

    public static int PushArrived(nint L, Task<LuaPush>? arrived)
    {
        if (arrived is { IsCompletedSuccessfully: true })
        {
            return arrived.GetAwaiter().GetResult()(L);
        }

        LuaApi.lua_pushlightuserdata(L, LuaMark.Failed);
        LuaStack.Push(L, arrived?.Exception?.InnerException?.Message ?? "canceled");
        return 2;
    }

    /// <summary>Reads from a coroutine that has stopped why it did.</summary>
    public static void Judge(LuaRun run, LuaStatus status)
    {
        nint L = run.Thread;
        if (status == LuaStatus.Yielded && LuaStack.IsMark(L, 1, LuaMark.Waiting) && run.Pending is not null)
        {
            LuaApi.lua_settop(L, 0);
            return;
        }

        run.IsDone = true;
        if (status == LuaStatus.Yielded)
        {
            run.IsReusable = LuaStack.IsMark(L, 1, LuaMark.Done);
            if (run.IsReusable && LuaApi.lua_toboolean(L, 2) == 0)
            {
                run.Error = LuaValues.Describe(L, 3);
            }

            LuaApi.lua_settop(L, 0);
        }
        else if (status != LuaStatus.Ok)
        {
            run.Error = LuaValues.Describe(L, -1);
        }
    }

    private static string PackagePath(LuaSurroundings surroundings) => surroundings.Settings["lua_package_path"] as string ?? "./?.lua;./?/init.lua;";
}
