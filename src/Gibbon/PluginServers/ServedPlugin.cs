using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginServers.Functions;
using Gibbon.PluginServers.Wire;
using Gibbon.Settings;

namespace Gibbon.PluginServers;

/// <summary>A plugin that runs in a plugin server, as the gateway sees it.</summary>
internal sealed class ServedPlugin : Plugin, IAsyncDisposable
{
    // A server that always hangs up must not be asked for ever.
    private const int MostTries = 3;

    // Where the gateway can still answer in the plugin's place. In the others a failure is one of the handshake or of the stream.
    private const Phase Answering = Phase.Rewrite | Phase.Access | Phase.Response;

    private readonly PluginServerSettings _server;
    private readonly ServerConnections _connections;
    private readonly ServerProtocol _protocol;
    private readonly ServerInstances _instances;
    private PluginLogger? _log;
    private ServerProcess? _process;

    public ServedPlugin(PluginServerSettings server, ServerDescription description)
    {
        _server = server;
        Name = description.Name;
        Priority = description.Priority;
        Version = description.Version;
        ImplementedPhases = description.Phases | PluginPhases.InitWorker | PluginPhases.Configure;
        ConfigSchema = description.Schema;
        _connections = new ServerConnections(server.Socket);
        _protocol = description.Protocol == "ProtoBuf:1" ? new Protobuf.ProtobufProtocol(_connections) : new MsgPack.MsgPackProtocol(_connections);
        _instances = new ServerInstances(_protocol, Name);
    }

    public override string Name { get; }

    public override int Priority { get; }

    public override string Version { get; }

    public override Schema ConfigSchema { get; }

    public override PluginPhases ImplementedPhases { get; }

    /// <summary>Starts the server, unless somebody else does, and waits until it can be asked.</summary>
    public override async ValueTask InitWorkerAsync(PluginHost host)
    {
        _log = host.Logger(Name);
        if (_server.StartCommand is { } command && _process is null)
        {
            int before = await _connections.WhoListensAsync().ConfigureAwait(false);
            _process = new ServerProcess(_server.Name, command, host.Logger("pluginserver").Create("pluginserver", "%message"), host.Time);
            _connections.IsStarting = () => _process.IsStarting;
            _process.Start();
            if (!await _connections.WaitForAnotherAsync(before).ConfigureAwait(false))
            {
                _log.Warn($"plugin server '{_server.Name}' does not listen on {_server.Socket} yet");
            }
        }
    }

    public override async ValueTask RunConfigureAsync(IReadOnlyList<object> configs) => await _instances.KeepAsync(configs).ConfigureAwait(false);

    public override async ValueTask RunAsync(Phase phase, RequestContext context, object config)
    {
        try
        {
            await AskAsync(phase, context, config).ConfigureAwait(false);
        }
        catch (ServerException failure) when ((phase & Answering) != Phase.None)
        {
            context.Log.Err($"pluginserver error: {failure.Message}");
            await context.Response.Error(500).ConfigureAwait(false);
        }
        catch (ServerException failure) when (phase == Phase.Log)
        {
            context.Log.Err($"pluginserver error: {failure.Message}");
        }
    }

    public override ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _connections.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask AskAsync(Phase phase, RequestContext context, object config)
    {
        PluginInstance place = context.Plugin ?? throw new InvalidOperationException("no plugin is running");
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                ServerInstance instance = await _instances.GetAsync(place, config).ConfigureAwait(false);
                await _protocol.HandleAsync(instance, PhaseNames.Of(phase), new PdkCaller(context)).ConfigureAwait(false);
                return;
            }
            catch (ServerException failure) when (failure.IsForgetful && attempt < MostTries)
            {
                context.Log.Warn(failure.Message);
                _instances.Forget();
                _connections.CloseIdle();
            }
        }
    }
}
