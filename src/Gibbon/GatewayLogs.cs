using Gibbon.Admin;
using Gibbon.Observability;
using Gibbon.Proxy.AccessLogs;
using Gibbon.Settings;

namespace Gibbon;

/// <summary>The log files of a gateway: what goes wrong, and a line for each request at each of its doors.</summary>
internal sealed class GatewayLogs : IAsyncDisposable
{
    public GatewayLogs(GatewaySettings settings, TimeProvider time)
    {
        ListenerSettings listeners = settings.Listeners;
        LogSettings logs = settings.Logs;
        Error = new ErrorLog(logs.ProxyError, logs.Level, time);
        Access = new AccessLog(logs.ProxyAccess, logs, time);
        Admin = new ApiAccessLog(listeners.Admin.IsEmpty ? LogTarget.Off : logs.AdminAccess, logs, time);
        Status = new ApiAccessLog(listeners.Status.IsEmpty ? LogTarget.Off : logs.StatusAccess, logs, time);
        Manager = new ApiAccessLog(listeners.ServesManager ? logs.ManagerAccess : LogTarget.Off, logs, time);
        ManagerError = listeners.ServesManager && logs.ManagerError != logs.ProxyError ? new ErrorLog(logs.ManagerError, logs.Level, time) : Error;
        foreach (string variable in Access.UnknownVariables)
        {
            Error.Write(LogSeverity.Warn, $"[gibbon] the access log's format has a variable that stands for nothing here: ${variable}");
        }
    }

    public ErrorLog Error { get; }

    public AccessLog Access { get; }

    public ApiAccessLog Admin { get; }

    public ApiAccessLog Status { get; }

    public ApiAccessLog Manager { get; }

    /// <summary>What goes wrong at the web UI's server.</summary>
    public ErrorLog ManagerError { get; }

    /// <summary>Opens the files anew, after a rotation has moved them.</summary>
    public void Reopen()
    {
        Error.Reopen();
        Access.Reopen();
        Admin.Reopen();
        Status.Reopen();
        Manager.Reopen();
        if (ManagerError != Error)
        {
            ManagerError.Reopen();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync().ConfigureAwait(false);
        await Status.DisposeAsync().ConfigureAwait(false);
        await Manager.DisposeAsync().ConfigureAwait(false);
        if (ManagerError != Error)
        {
            await ManagerError.DisposeAsync().ConfigureAwait(false);
        }

        await Access.DisposeAsync().ConfigureAwait(false);
        await Error.DisposeAsync().ConfigureAwait(false);
    }
}
