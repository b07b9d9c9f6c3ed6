import pytest, time
from datetime import datetime, UTC
from pathlib import Path
from sqlalchemy import select
from tests.factories import *
from tests.support.browser import axe_violations, wider_than_the_window
from tracker.prisoners.models import Prisoner
from tracker.cases.models import Case, Measure
from tracker.facilities.models import Facility
from tracker.exchange.reading import *
def load(session):
    from tracker.exchange import actions as A
    import inspect
    print([n for n in dir(A)])
    return A
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_book(app, session, live_server, page_factory):
    from tracker.exchange.bundle import read_bundle
    from tracker.exchange.actions import import_bundle
    b = read_bundle(Path("data/unheard-voices-2025.yaml").read_bytes())
    import_bundle(session, b, now=datetime.now(UTC)); session.flush()
    cora = make_coordinator(session)
    session.commit()
    c = app.test_client()
    from tests.conftest import new_client
    c = new_client(app, session)
    sign_in(c, session, cora)
    sizes=[]
    for pid, name in session.execute(select(Prisoner.id, Prisoner.name)).all():
        session.commit()
        t=time.time(); r = c.get(f"/prisoners/{pid}/record"); dt=time.time()-t
        sizes.append((len(r.data), round(dt*1000), name, r.status_code, pid))
        assert r.status_code==200, (name)
    sizes.sort(key=lambda x: x[0]); print(sizes[-5:], sizes[0])
    for cid, title in session.execute(select(Case.id, Case.title)).all():
        session.commit()
        r = c.get(f"/cases/{cid}")
        assert r.status_code==200, title
    r = c.get("/prisoners/"); print("list", len(r.data))
    cookie = c.get_cookie("s").value
    paklin = session.scalar(select(Prisoner.id).where(Prisoner.name.like("%Paklin%")))
    kag = session.scalar(select(Prisoner.id).where(Prisoner.name.like("%Miftakhov%")))
    tyu = session.scalar(select(Case.id).where(Case.key=="tyumen"))
    fac = session.scalar(select(Facility.id).where(Facility.name.like("%Chita%")))
    mea = session.scalar(select(Measure.id).where(Measure.until.is_not(None)))
    session.commit()
    for w in (1280, 360):
        for name, url in {"list":"/prisoners/","record":f"/prisoners/{paklin}/record?on=2023-05-01","record2":f"/prisoners/{kag}/record","case":f"/cases/{tyu}","cases":"/cases/","facility":f"/facilities/{fac}","facilities":"/facilities/","new":"/prisoners/new","edit":f"/prisoners/{paklin}/edit","move":f"/prisoners/{paklin}/move","extend":f"/measures/{mea}/extend","person":f"/cases/{tyu}/people/new?q=kagar"}.items():
            p = page_factory(js=True, width=w)
            p.context.add_cookies([{"name":"s","value":cookie,"url":live_server.url}])
            p.goto(live_server.url+url)
            p.screenshot(path=f"/tmp/shots/{name}-{w}.png", full_page=True)
            print(w, name, wider_than_the_window(p), axe_violations(p))
            p.close()
