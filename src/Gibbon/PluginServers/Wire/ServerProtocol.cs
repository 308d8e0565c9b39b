using Gibbon.PluginServers.Functions;

namespace Gibbon.PluginServers.Wire;

/// <summary>How a plugin server is spoken to.</summary>
internal abstract class ServerProtocol(ServerConnections connections)
{
    protected ServerConnections Connections { get; } = connections;

    /// <summary>Tells the server of a configuration.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="config">The configuration as JSON.</param>
    /// <exception cref="ServerException">It cannot be reached, or refuses.</exception>
    public async ValueTask<ServerInstance> StartAsync(string plugin, byte[] config)
    {
        ServerConnection connection = await Connections.RentAsync().ConfigureAwait(false);
        bool isWhole = false;
        try
        {
            long id = await StartAsync(connection, plugin, config).ConfigureAwait(false);
            isWhole = true;
            return new ServerInstance(id, connection.Process);
        }
        finally
        {
            Connections.Return(connection, isWhole);
        }
    }

    /// <summary>Tells the server that a configuration is no more.</summary>
    public async ValueTask CloseAsync(ServerInstance instance)
    {
        ServerConnection connection = await Connections.RentAsync().ConfigureAwait(false);
        bool isWhole = connection.Process != instance.Process;
        try
        {
            if (!isWhole)
            {
                await CloseAsync(connection, instance.Id).ConfigureAwait(false);
                isWhole = true;
            }
        }
        finally
        {
            Connections.Return(connection, isWhole);
        }
    }

    /// <summary>Lets the server handle a phase of a request, and answers what it asks meanwhile.</summary>
    /// <exception cref="ServerException">It cannot be reached, or refuses.</exception>
    public async ValueTask HandleAsync(ServerInstance instance, string phase, PdkCaller caller)
    {
        ServerConnection connection = await Connections.RentAsync().ConfigureAwait(false);
        bool isWhole = true;
        try
        {
            // Ids are numbers that another process gives to others.
            if (connection.Process != instance.Process)
            {
                throw new ServerException($"no plugin instance {instance.Id}: the plugin server has been started anew");
            }

            isWhole = false;
            isWhole = await HandleAsync(connection, instance.Id, phase, caller).ConfigureAwait(false);
        }
        finally
        {
            Connections.Return(connection, isWhole);
        }
    }

    protected abstract ValueTask<long> StartAsync(ServerConnection connection, string plugin, byte[] config);

    protected abstract ValueTask CloseAsync(ServerConnection connection, long instance);

    /// <returns>Whether the connection may be used again: not when the server still waits for an answer.</returns>
    protected abstract ValueTask<bool> HandleAsync(ServerConnection connection, long instance, string phase, PdkCaller caller);
}
