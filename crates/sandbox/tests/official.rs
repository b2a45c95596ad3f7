//! The vendors' own clients for Python and Node, unchanged but for their host. `HELDAWAY_PYTHON` names an interpreter and
//! `HELDAWAY_NODE_MODULES` a folder that have them installed; without them the checks are passed over and say so.

mod common;

use std::process::Stdio;

async fn run(program: &str, args: &[&str], modules: Option<&str>) {
    let here = common::spawn().await;
    let script = format!("{}/tests/clients/{}", env!("CARGO_MANIFEST_DIR"), args[0]);
    let mut command = std::process::Command::new(program);
    let (id, secret) = match args[0] {
        "check_mx.py" | "check_mx.cjs" => (&here.running.mx_client_id, &here.running.mx_api_key),
        _ => (&here.running.client_id, &here.running.secret),
    };
    command.arg(script).args([&here.running.base, id, secret]);
    if let Some(modules) = modules {
        command.env("NODE_PATH", modules);
    }
    let done = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output()).await.unwrap().unwrap();
    let said = format!("{}\n{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    println!("{said}");
    assert!(done.status.success(), "{said}");
}

#[expect(clippy::disallowed_methods, reason = "where the clients are installed is the test run's own matter")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_python_client_works_unchanged() {
    match std::env::var("HELDAWAY_PYTHON") {
        Ok(python) => run(&python, &["check.py"], None).await,
        Err(_) => eprintln!("passed over: HELDAWAY_PYTHON is not set"),
    }
}

#[expect(clippy::disallowed_methods, reason = "where the clients are installed is the test run's own matter")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_providers_official_client_works_unchanged() {
    match std::env::var("HELDAWAY_PYTHON") {
        Ok(python) => run(&python, &["check_mx.py"], None).await,
        Err(_) => eprintln!("passed over: HELDAWAY_PYTHON is not set"),
    }
}

#[expect(clippy::disallowed_methods, reason = "where the clients are installed is the test run's own matter")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_node_clients_work_unchanged() {
    match std::env::var("HELDAWAY_NODE_MODULES") {
        Ok(modules) => {
            run("node", &["check.cjs"], Some(&modules)).await;
            run("node", &["check_mx.cjs"], Some(&modules)).await;
        }
        Err(_) => eprintln!("passed over: HELDAWAY_NODE_MODULES is not set"),
    }
}
